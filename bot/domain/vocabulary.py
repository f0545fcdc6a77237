"""The values that enumerated fields of records may take, with their names in both languages. Knows no field."""

from bot.domain.schema import Label, Value


def _values(*rows: tuple[str, str, str]) -> tuple[Value, ...]:
    return tuple(Value(name, Label(zh, en)) for name, zh, en in rows)


REGIONS = _values(
    ("east_china", "华东", "East China"),
    ("south_china", "华南", "South China"),
    ("north_china", "华北", "North China"),
    ("southwest_china", "西南", "Southwest China"),
    ("emea", "欧洲中东非洲", "EMEA"),
    ("apac", "亚太", "APAC"),
    ("north_america", "北美", "North America"),
)
INDUSTRIES = _values(
    ("manufacturing", "制造", "Manufacturing"),
    ("pharma", "制药", "Pharma"),
    ("medical_device", "医疗器械", "Medical devices"),
    ("food", "食品", "Food"),
    ("logistics", "物流", "Logistics"),
    ("retail", "零售", "Retail"),
    ("energy", "能源", "Energy"),
    ("insurance", "保险", "Insurance"),
    ("textile", "纺织", "Textile"),
    ("aerospace", "航空航天", "Aerospace"),
)
TIERS = _values(("A", "A级", "A"), ("B", "B级", "B"), ("C", "C级", "C"))
CREDIT_RATINGS = _values(*((name, name, name) for name in ("AAA", "AA", "A", "B", "C")))
CURRENCIES = _values(("CNY", "人民币", "Yuan"), ("USD", "美元", "US dollar"), ("EUR", "欧元", "Euro"), ("GBP", "英镑", "Pound sterling"))
ACCOUNT_STATUSES = _values(("prospect", "潜在", "Prospect"), ("customer", "签约", "Customer"), ("former", "已流失", "Former customer"))
STAGES = _values(
    ("qualify", "初步接洽", "Qualify"),
    ("proposal", "方案报价", "Proposal"),
    ("negotiation", "商务谈判", "Negotiation"),
    ("won", "赢单", "Won"),
    ("lost", "输单", "Lost"),
)
BUDGET_STATUSES = _values(
    ("approved", "已批", "Approved"), ("pending", "待批", "Pending"), ("none", "没有", "None"), ("frozen", "冻结", "Frozen")
)
DECISION_ROLES = _values(
    ("decision_maker", "决策人", "Decision maker"),
    ("influencer", "影响者", "Influencer"),
    ("champion", "支持者", "Champion"),
    ("user", "使用者", "User"),
    ("gatekeeper", "把关人", "Gatekeeper"),
    ("blocker", "反对者", "Blocker"),
)
CONTACT_STATUSES = _values(("active", "在职", "Active"), ("left", "已离职", "Left"))
CHANNELS = _values(
    ("phone", "电话", "Phone"),
    ("email", "邮件", "E-mail"),
    ("wecom", "企业微信", "WeCom"),
    ("slack", "Slack", "Slack"),
    ("visit", "拜访", "Visit"),
    ("event", "活动", "Event"),
    ("video", "视频", "Video"),
)
TOUCHPOINT_KINDS = _values(
    ("call", "通话", "Call"),
    ("meeting", "会议", "Meeting"),
    ("demo", "演示", "Demo"),
    ("email", "邮件", "E-mail"),
    ("message", "消息", "Message"),
    ("visit", "拜访", "Visit"),
    ("complaint", "投诉", "Complaint"),
)
SEVERITIES = _values(("P1", "P1", "P1"), ("P2", "P2", "P2"), ("P3", "P3", "P3"), ("P4", "P4", "P4"))
TICKET_STATUSES = _values(("open", "处理中", "Open"), ("pending", "待客户回复", "Pending"), ("closed", "已关闭", "Closed"))
ORDER_STATUSES = _values(
    ("pending", "待排产", "Pending"),
    ("in_production", "生产中", "In production"),
    ("shipped", "已发货", "Shipped"),
    ("delivered", "已交付", "Delivered"),
    ("cancelled", "已取消", "Cancelled"),
)
QUOTE_STATUSES = _values(
    ("draft", "草稿", "Draft"),
    ("in_review", "审批中", "In review"),
    ("approved", "已批准", "Approved"),
    ("sent", "已发出", "Sent"),
    ("accepted", "已接受", "Accepted"),
    ("rejected", "已拒绝", "Rejected"),
    ("expired", "已过期", "Expired"),
)
LETTER_KINDS = _values(
    ("icebreaker", "破冰", "Ice-breaker"),
    ("follow_up", "跟进", "Follow-up"),
    ("invitation", "邀请", "Invitation"),
    ("apology", "致歉", "Apology"),
    ("renewal", "续约", "Renewal"),
    ("thanks", "感谢", "Thanks"),
    ("other", "其他", "Other"),
)
LETTER_CHANNELS = _values(("mail", "邮件", "Mail"), ("forward", "本人转发", "Forwarded by hand"))
LETTER_STATUSES = _values(
    ("approved", "已放行", "Released"), ("handed", "已交给本人", "Handed to the rep"), ("sent", "已发出", "Sent"),
    ("unsure", "不确定是否送达", "May not have arrived"), ("failed", "未送达", "Not delivered"),
    ("held", "未放行", "Held back"),
)
TASK_STATUSES = _values(("open", "待办", "To do"), ("done", "已完成", "Done"), ("dropped", "已取消", "Dropped"))
CONTRACT_STATUSES = _values(
    ("in_review", "审阅中", "In review"), ("active", "生效", "Active"), ("ended", "已终止", "Ended"), ("replaced", "已被替换", "Replaced")
)
TERMS_RISKS = _values(("high", "高", "High"), ("medium", "中", "Medium"), ("low", "低", "Low"), ("none", "无", "None"))
CONTRACT_KINDS = _values(("supply", "供货", "Supply"), ("subscription", "订阅服务", "Subscription"), ("nda", "保密", "Confidentiality"))
FEATURES = _values(
    ("dashboards", "看板", "Dashboards"),
    ("alerts", "告警", "Alerts"),
    ("reports", "报表", "Reports"),
    ("api", "数据接口", "API"),
    ("mobile", "移动端", "Mobile"),
)
SIGNAL_KINDS = _values(
    ("website_visit", "官网访问", "Website visit"),
    ("report", "公开报告", "Public report"),
    ("benchmark", "对标测试", "Benchmark"),
    ("news", "新闻", "News"),
    ("auto_reply", "自动回复", "Auto-reply"),
    ("referral", "引荐", "Introduction"),
)
PRODUCT_CATEGORIES = _values(
    ("sensor", "传感器", "Sensor"), ("gateway", "网关", "Gateway"), ("software", "软件", "Software"), ("service", "服务", "Service")
)
CONSENT_PURPOSES = _values(
    ("marketing", "营销信息", "Marketing messages"),
    ("profiling", "浏览行为分析", "Browsing analysis"),
    ("recording", "通话录音", "Call recording"),
    ("sharing", "与伙伴共享", "Sharing with partners"),
)
CONSENT_STATUSES = _values(("given", "已同意", "Given"), ("withdrawn", "已撤回", "Withdrawn"), ("expired", "已过期", "Expired"))
CORRECTION_STATES = _values(("open", "待核实", "Open"), ("accepted", "已采纳", "Accepted"), ("declined", "未采纳", "Declined"))
SUGGESTION_STATUSES = _values(
    ("new", "新提交", "New"), ("planned", "已排期", "Planned"), ("done", "已完成", "Done"), ("declined", "未采纳", "Declined")
)
SCHEDULE_KINDS = _values(
    ("digest.daily", "每日简报", "Daily digest"), ("digest.weekly", "每周简报", "Weekly digest"), ("question", "定时提问", "Saved question")
)
SENT_BY = _values(("chat", "聊天", "Chat"), ("mail", "邮件", "Mail"))
STANDINGS = _values(("active", "启用", "On"), ("paused", "暂停", "Paused"), ("ended", "已停用", "Off"))
SIGNALS = _values(
    ("nps_score", "回访评分(0–10)", "Survey score (0–10)"),
    ("nps_change", "回访评分变化", "Change of survey score"),
    ("account_nps", "净推荐值(−100–100)", "Net promoter score (−100–100)"),
    ("usage_change", "活跃用户环比", "Active users against last month"),
    ("usage_season", "活跃用户同比", "Active users against last year"),
    ("active_users", "月活跃用户", "Active users in a month"),
    ("logins", "月登录次数", "Log-ins in a month"),
    ("ticket_severity", "新工单级别", "Severity of a new ticket"),
    ("open_tickets", "未关工单数", "Open tickets"),
    ("ticket_age", "工单未关天数", "Days a ticket is open"),
    ("overdue_days", "发票逾期天数", "Days an invoice is overdue"),
    ("renewal_days", "距续约天数", "Days to renewal"),
    ("notice_days", "距最后通知日天数", "Days to the notice date"),
    ("silence_days", "未联系天数", "Days without contact"),
    ("churn_chance", "流失概率", "Chance of leaving"),
    ("pays_late_days", "平均逾期天数", "Pays late by"),
    ("arr", "年度经常性收入", "ARR"),
    ("employees", "员工数", "Employees"),
    ("purchasing_budget", "采购预算", "Purchasing budget"),
)
COMPARISONS = _values(
    ("below", "低于", "below"), ("at_most", "不高于", "at most"), ("above", "高于", "above"), ("at_least", "不低于", "at least"),
    ("drops", "下降达", "drops by"), ("rises", "上升达", "rises by"),
)
GROUPS = _values(
    ("service", "客服组", "Service"), ("delivery", "交付组", "Delivery"), ("marketing", "市场组", "Marketing"),
    ("manager", "经理", "Managers"), ("coach", "教练", "Coaches"), ("legal", "法务组", "Legal"), ("reviewer", "复核", "Reviewers"),
)
