"""The records that a seller keeps, entity by entity. Knows what each field means; knows no record."""

from bot.domain import vocabulary as v
from bot.domain.schema import Entity, Field, Kind, Label, Schema, Value


def _text(name: str, zh: str, en: str) -> Field:
    return Field(name, Kind.TEXT, Label(zh, en))


def _number(name: str, zh: str, en: str, unit: str = "") -> Field:
    return Field(name, Kind.NUMBER, Label(zh, en), unit=unit)


def _money(name: str, zh: str, en: str) -> Field:
    return Field(name, Kind.MONEY, Label(zh, en))


def _date(name: str, zh: str, en: str) -> Field:
    return Field(name, Kind.DATE, Label(zh, en))


def _moment(name: str, zh: str, en: str) -> Field:
    return Field(name, Kind.MOMENT, Label(zh, en))


def _flag(name: str, zh: str, en: str) -> Field:
    return Field(name, Kind.FLAG, Label(zh, en))


def _one_of(name: str, zh: str, en: str, values: tuple[Value, ...]) -> Field:
    return Field(name, Kind.ENUM, Label(zh, en), values=values)


def _to(entity: str, zh: str, en: str, name: str = "") -> tuple[Field, Field]:
    """A reference, and the readable copy of the name beside it."""
    name = name or entity
    return Field(name, Kind.REFERENCE, Label(zh, en), to=entity), _text(f"{name}_name", f"{zh}名称", f"{en} name")


ACCOUNT_REF = _to("account", "客户", "Account")
OWNER = _to("user", "负责人", "Owner", name="owner")
CONTACT_REF = _to("contact", "联系人", "Contact")
OPPORTUNITY_REF = _to("opportunity", "商机", "Opportunity")
PRODUCT_REF = _to("product", "产品", "Product")
CURRENCY = _one_of("currency", "币种", "Currency", v.CURRENCIES)
NUMBER = _text("number", "编号", "Number")
NAME = _text("name", "名称", "Name")
AMOUNT = _money("amount", "金额", "Amount")
QUANTITY = _number("quantity", "数量", "Quantity")

USER = Entity("user", Label("同事", "Colleague"), "name", "", (
    NAME,
    _text("email", "邮箱", "E-mail"),
    _text("role", "角色", "Role"),
    _text("team", "团队", "Team"),
))
ACCOUNT = Entity("account", Label("客户", "Account"), "name", "renewal_date", (
    NAME,
    _text("short_name", "简称", "Short name"),
    _text("aliases", "别名", "Aliases"),
    _one_of("status", "状态", "Status", v.ACCOUNT_STATUSES),
    _one_of("industry", "行业", "Industry", v.INDUSTRIES),
    _one_of("region", "区域", "Region", v.REGIONS),
    _text("city", "城市", "City"),
    _one_of("tier", "等级", "Tier", v.TIERS),
    _one_of("care_group", "关怀组", "Cared for by", v.GROUPS),
    _one_of("credit_rating", "信用评级", "Credit rating", v.CREDIT_RATINGS),
    _money("arr", "年度经常性收入", "ARR"),
    CURRENCY,
    _date("renewal_date", "续约日期", "Renewal date"),
    _date("since_date", "合作开始", "Customer since"),
    _number("nps", "净推荐值", "NPS", "point"),
    _number("pays_late_days", "平均逾期天数", "Pays late by", "day"),
    _number("employees", "员工数", "Employees"),
    *OWNER,
    _text("team", "团队", "Team"),
    _text("website", "网站", "Website"),
    _text("biggest_pain", "最大痛点", "Biggest pain"),
    _text("decision_window", "决策窗口", "Decision window"),
    _text("budget_progress", "预算进展", "Budget progress"),
    _money("purchasing_budget", "采购预算", "Purchasing budget"),
))
CONTACT = Entity("contact", Label("联系人", "Contact"), "name", "", (
    NAME,
    *ACCOUNT_REF,
    _text("title", "职务", "Title"),
    _text("department", "部门", "Department"),
    _one_of("role", "决策角色", "Role in the decision", v.DECISION_ROLES),
    _number("weight", "决策权重", "Weight in the decision", "%"),
    _flag("executive", "高管", "Executive"),
    _text("email", "邮箱", "E-mail"),
    _text("phone", "电话", "Phone"),
    _one_of("status", "状态", "Status", v.CONTACT_STATUSES),
    _date("left_date", "离职日期", "Left on"),
    _text("language", "语言", "Language"),
    _text("introduced_by", "引荐人", "Introduced by"),
))
OPPORTUNITY = Entity("opportunity", Label("商机", "Opportunity"), "name", "close_date", (
    NAME,
    *ACCOUNT_REF,
    *CONTACT_REF,
    *OWNER,
    _one_of("stage", "阶段", "Stage", v.STAGES),
    AMOUNT,
    CURRENCY,
    *PRODUCT_REF,
    QUANTITY,
    _number("discount", "折扣", "Discount", "%"),
    _number("probability", "赢率", "Probability", "%"),
    _date("created_date", "创建日期", "Created"),
    _date("close_date", "预计签约日", "Close date"),
    _date("stage_date", "进入阶段日期", "In this stage since"),
    _text("competitor", "竞争对手", "Competitor"),
    _text("lost_reason", "输单原因", "Reason lost"),
    _one_of("budget_status", "预算状态", "Budget status", v.BUDGET_STATUSES),
    _text("next_step", "下一步", "Next step"),
    _date("next_step_date", "下一步日期", "Next step due"),
))
TOUCHPOINT = Entity("touchpoint", Label("触点", "Touchpoint"), "note", "happened_at", (
    *ACCOUNT_REF,
    *CONTACT_REF,
    *OPPORTUNITY_REF,
    *OWNER,
    _one_of("channel", "渠道", "Channel", v.CHANNELS),
    _one_of("kind", "类型", "Kind", v.TOUCHPOINT_KINDS),
    _moment("happened_at", "发生时间", "Happened at"),
    _number("minutes", "时长", "Length", "minute"),
    _text("note", "记录", "Note"),
))
TASK = Entity("task", Label("待办", "Task"), "subject", "due_date", (
    _text("subject", "事项", "Subject"),
    *ACCOUNT_REF,
    *CONTACT_REF,
    *OPPORTUNITY_REF,
    *OWNER,
    _one_of("status", "状态", "Status", v.TASK_STATUSES),
    _date("due_date", "到期日", "Due"),
    _date("done_date", "完成日期", "Done"),
))
PRODUCT = Entity("product", Label("产品", "Product"), "code", "", (
    _text("code", "型号", "Code"),
    NAME,
    _text("name_en", "英文名称", "English name"),
    _one_of("category", "类别", "Category", v.PRODUCT_CATEGORIES),
    _text("sold_by", "计价单位", "Sold by"),
    _number("list_price_cny", "人民币目录价", "List price in CNY", "CNY"),
    _number("list_price_usd", "美元目录价", "List price in USD", "USD"),
    _number("list_price_eur", "欧元目录价", "List price in EUR", "EUR"),
    _number("list_margin", "目录价毛利率", "Margin at list price", "%"),
    _number("margin_floor", "最低毛利率", "Lowest margin", "%"),
))
QUOTE = Entity("quote", Label("报价", "Quote"), "number", "quote_date", (
    NUMBER,
    *ACCOUNT_REF,
    *OPPORTUNITY_REF,
    *OWNER,
    *PRODUCT_REF,
    QUANTITY,
    _money("list_amount", "目录价金额", "Amount at list price"),
    _number("discount", "折扣", "Discount", "%"),
    AMOUNT,
    CURRENCY,
    _number("payment_days", "账期", "Payment term", "day"),
    _one_of("status", "状态", "Status", v.QUOTE_STATUSES),
    _date("quote_date", "报价日期", "Quoted on"),
    _date("valid_until", "有效期至", "Valid until"),
))
LETTER = Entity("letter", Label("信函", "Letter"), "subject", "written_date", (
    _text("subject", "主题", "Subject"),
    *ACCOUNT_REF,
    *CONTACT_REF,
    *OWNER,
    _one_of("kind", "类型", "Kind", v.LETTER_KINDS),
    _one_of("channel", "发送方式", "Sent by", v.LETTER_CHANNELS),
    _one_of("status", "状态", "Status", v.LETTER_STATUSES),
    _text("addressee", "收信人", "Addressee"),
    _text("address", "收信地址", "Address"),
    _text("body", "正文", "Text"),
    _text("language", "语言", "Language"),
    _date("written_date", "起草日期", "Written"),
    _moment("sent_at", "发出时间", "Sent"),
))
ORDER = Entity("order", Label("订单", "Order"), "number", "order_date", (
    NUMBER,
    *ACCOUNT_REF,
    *OPPORTUNITY_REF,
    *OWNER,
    *PRODUCT_REF,
    QUANTITY,
    AMOUNT,
    CURRENCY,
    _one_of("status", "状态", "Status", v.ORDER_STATUSES),
    _date("order_date", "下单日期", "Ordered"),
    _date("promised_date", "承诺发货日", "Promised"),
    _date("shipped_date", "发货日期", "Shipped"),
    _date("delivered_date", "交付日期", "Delivered"),
))
INVOICE = Entity("invoice", Label("发票", "Invoice"), "number", "issued_date", (
    NUMBER,
    *ACCOUNT_REF,
    *_to("order", "订单", "Order"),
    *OWNER,
    _text("subject", "事由", "Subject"),
    AMOUNT,
    CURRENCY,
    _date("issued_date", "开票日期", "Issued"),
    _date("due_date", "到期日", "Due"),
    _date("paid_date", "付款日期", "Paid"),
))
CONTRACT = Entity("contract", Label("合同", "Contract"), "number", "signed_date", (
    NUMBER,
    *ACCOUNT_REF,
    *OPPORTUNITY_REF,
    *OWNER,
    NAME,
    _one_of("kind", "类型", "Kind", v.CONTRACT_KINDS),
    _number("version", "版本", "Version"),
    _one_of("status", "状态", "Status", v.CONTRACT_STATUSES),
    _money("value", "合同金额", "Value"),
    CURRENCY,
    _date("signed_date", "签署日期", "Signed"),
    _date("start_date", "开始日期", "Starts"),
    _date("end_date", "结束日期", "Ends"),
    _number("notice_days", "通知期", "Notice period", "day"),
    _date("notice_date", "最后通知日", "Last day to give notice"),
    _flag("auto_renews", "自动续约", "Renews by itself"),
    _number("payment_days", "账期", "Payment term", "day"),
    _number("warranty_months", "质保期", "Warranty", "month"),
    _number("liability_cap", "责任上限", "Liability cap", "%"),
    _one_of("terms_risk", "条款风险", "Risk of its terms", v.TERMS_RISKS),
    _flag("needs_legal", "须法务看", "Needs legal"),
))
TICKET = Entity("ticket", Label("工单", "Ticket"), "number", "opened_at", (
    NUMBER,
    *ACCOUNT_REF,
    *CONTACT_REF,
    *OWNER,
    _text("subject", "问题", "Subject"),
    _one_of("severity", "级别", "Severity", v.SEVERITIES),
    _one_of("status", "状态", "Status", v.TICKET_STATUSES),
    *PRODUCT_REF,
    _moment("opened_at", "提交时间", "Opened"),
    _moment("closed_at", "关闭时间", "Closed"),
    _text("resolution", "处理结果", "Resolution"),
))
USAGE = Entity("usage", Label("使用情况", "Usage"), "month", "month", (
    *ACCOUNT_REF,
    _date("month", "月份", "Month"),
    _number("active_users", "活跃用户", "Active users"),
    _number("seats", "席位", "Seats"),
    _number("logins", "登录次数", "Log-ins"),
))
FEATURE_USAGE = Entity("feature_usage", Label("功能使用", "Feature usage"), "feature", "month", (
    *ACCOUNT_REF,
    _date("month", "月份", "Month"),
    _one_of("feature", "功能", "Feature", v.FEATURES),
    _number("active_users", "活跃用户", "Active users"),
    _number("events", "使用次数", "Times used"),
))
NPS = Entity("nps", Label("满意度回访", "NPS answer"), "comment", "answered_date", (
    *ACCOUNT_REF,
    *CONTACT_REF,
    _number("score", "评分", "Score", "point"),
    _date("answered_date", "回访日期", "Answered"),
    _text("comment", "评语", "Comment"),
))
SIGNAL = Entity("signal", Label("线索信号", "Signal"), "subject", "happened_at", (
    *ACCOUNT_REF,
    *CONTACT_REF,
    _one_of("kind", "类型", "Kind", v.SIGNAL_KINDS),
    _moment("happened_at", "发生时间", "Happened at"),
    _text("subject", "对象", "Subject"),
    _number("seconds", "停留时长", "Time spent", "s"),
    _number("percent", "百分比", "Share", "%"),
    _text("quote", "原文", "Quote"),
    _text("source", "来源", "Source"),
))
CONSENT = Entity("consent", Label("授权", "Consent"), "purpose", "granted_date", (
    *ACCOUNT_REF,
    *CONTACT_REF,
    _one_of("purpose", "用途", "Purpose", v.CONSENT_PURPOSES),
    _one_of("status", "状态", "Status", v.CONSENT_STATUSES),
    _date("granted_date", "同意日期", "Given on"),
    _date("expires_date", "到期日", "Expires"),
    _date("withdrawn_date", "撤回日期", "Withdrawn on"),
))
CORRECTION = Entity("correction", Label("客户更正", "Correction"), "field", "corrected_at", (
    *ACCOUNT_REF,
    *CONTACT_REF,
    _text("field", "字段", "Field"),
    _text("before", "原值", "Before"),
    _text("after", "新值", "After"),
    _moment("corrected_at", "更正时间", "Corrected at"),
    _one_of("status", "状态", "Status", v.CORRECTION_STATES),
    _text("reason", "说明", "Reason"),
))
SUGGESTION = Entity("suggestion", Label("客户建议", "Suggestion"), "text", "made_date", (
    *ACCOUNT_REF,
    *CONTACT_REF,
    _text("text", "建议", "Suggestion"),
    _one_of("status", "状态", "Status", v.SUGGESTION_STATUSES),
    *_to("ticket", "工单", "Ticket"),
    _date("made_date", "提出日期", "Made on"),
    _date("done_date", "完成日期", "Done on"),
))
SCHEDULE = Entity("schedule", Label("订阅", "Subscription"), "name", "", (
    NAME,
    _one_of("kind", "内容", "What", v.SCHEDULE_KINDS),
    _text("question", "问题", "Question"),
    _text("time", "时间", "When"),
    _one_of("sent_by", "方式", "By", v.SENT_BY),
    _one_of("state", "状态", "State", v.STANDINGS),
    _date("until_date", "暂停到", "Paused until"),
    *OWNER,
))
RULE = Entity("rule", Label("规则", "Rule"), "name", "", (
    NAME,
    _one_of("signal", "信号", "Signal", v.SIGNALS),
    _one_of("comparison", "条件", "Condition", v.COMPARISONS),
    _number("threshold", "阈值", "Threshold"),
    *ACCOUNT_REF,
    _one_of("tier", "客户等级", "Tier of accounts", v.TIERS),
    _one_of("region", "客户区域", "Region of accounts", v.REGIONS),
    _one_of("industry", "客户行业", "Industry of accounts", v.INDUSTRIES),
    _one_of("leaves_out", "不含", "Leaves out", v.ACCOUNT_STATUSES),
    *_to("account", "不含客户", "Leaves out account", name="except_account"),
    _flag("only_mine", "只看我的客户", "My accounts only"),
    _flag("tells_maker", "提醒我", "Tells me"),
    _flag("tells_owner", "提醒客户负责人", "Tells the account's owner"),
    _one_of("assigns_to", "小组", "Group", v.GROUPS),
    _text("assigns_team", "团队", "Team"),
    _flag("tells_group", "提醒全组", "Tells all of it"),
    _flag("opens_task", "分派并开待办", "Assigns and opens a task"),
    _one_of("state", "状态", "State", v.STANDINGS),
    _date("until_date", "暂停到", "Paused until"),
    *OWNER,
))

TIP = Entity("tip", Label("技巧", "Tip"), "text", "posted_date", (
    _text("text", "内容", "Tip"),
    _text("grounds", "出处", "Grounds"),
    _date("posted_date", "发布日期", "Posted"),
    *OWNER,
    _text("team", "团队", "Team"),
))

SCHEMA = Schema((
    USER, ACCOUNT, CONTACT, OPPORTUNITY, TOUCHPOINT, TASK, PRODUCT, QUOTE, LETTER, ORDER, INVOICE, CONTRACT, TICKET, USAGE,
    FEATURE_USAGE, NPS, SIGNAL, CONSENT, CORRECTION, SUGGESTION, SCHEDULE, RULE, TIP,
))
