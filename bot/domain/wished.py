"""What a person wants done: a message, a quote, a record written, or something for their own eyes. Knows verbs; knows no person.

A text is read clause by clause. What leaves the house is looked for everywhere; a clause that only asks, looks up, sums up or writes
down lets nothing leave, whatever letters and offers it speaks of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.patterns import Pattern
from bot.domain.policy import Reason
from bot.domain.sensitive import SENSITIVE
from bot.domain.titles import EXECUTIVE, executives_in

_SPLIT = Pattern(
    r"[,。;!?\n]+|(?<!\d)\.(?:\s|$)|(?:,| )?(?:然后|接着|随后|顺便|顺手|同时|并且|并(?=发|转|抄|寄|写|给|把|告|通)"
    r"|之后(?=[给把发转写])|完了?(?=[给把发转])|再(?=[给把发转写抄寄送])|后(?=发给|转给|寄给|抄送))"
    r"|(?<![a-z])(?:and|then|also|plus|before you|so that)(?: then| also| please)? (?=(?:e-?mail|mail|send|forward|draft|write|reply"
    r"|tell|text|message|ping|let|cc|copy|share|pass|book|order|buy"
    r"|ask|invite|thank|offer|promise|quote|log|update|add|note|record|save|set|mark|create|attach|dm|post|drop|get|give|put|apologi"
    r"|arrange|summari|list|rank|compare|deliver|relay|print|hand))"
)
_POLITE = Pattern(
    r"^\W*(?:(?:please|pls|plz|hi|hey|hello|ok|okay|so|now|just|then|and|also|kindly|quickly|first|next|finally|tandem|can you"
    r"|could you|would you|will you|can u|i need you to|i want you to|i'd like you to"
    r"|i would like you to|you should|go ahead and|help me(?: to)?|let'?s|we need to|i need to|i want to|i have to|i should|i must"
    r"|time to|be so kind as to|would you mind|do me a favou?r|for me"
    r"|搭档|请问|请|麻烦你?|帮我们?|帮忙|替我们?|给我(?!们的)|你|能不能|能否|可以|可不可以|能|先|再|顺便|另外|现在|马上|赶紧|快|我想"
    r"|我要|我需要|需要|想|要|来|去|就|那|把它|直接|今晚|明天|今天)(?![a-z])[ ,:]*)+"
)
_ASKED = Pattern(
    r"[吗呢么]\W*$|什么|多少|怎么|如何|是否|能不能|可不可以|可以不可以|行不行|有没有|是不是|需不需要|要不要|该不该|算不算"
    r"|哪[些个家里条款天位种份]|谁|[过了有共]几|几[月年岁]|(?<![写说发回来备送寄点这那好前后的请])几(?!句|段|乎|何|经|行)|为什么|为啥|咋"
    r"|啥|几[个家天次折条单点号]|多久|多长|多大"
    r"|^(?:what|what's|whats|which|who|who's|whose|whom|when|where|why|how|is|are|was|were|do(?! (?:it|this|that|so)(?![a-z]))|does"
    r"|did|can (?:i|we)|may (?:i|we)|am i"
    r"|should (?:i|we)|could (?:i|we)|must (?:i|we)|has|(?:have|had) (?:i|we|you|they|any|our|all|the)|any|if i|explain"
    r"|remind me (?:what|who|when|how|of)|tell me|do you know|quote the|quote me the|cite)(?![a-z])"
)
_CHINESE = Pattern("[一-鿿]")
_COUNTS = Pattern(r"多少|几|how many|how much")
_COMMANDS = Pattern(r"^\W*(?:please|can you|could you|would you|will you|帮我|能不能帮|请帮|麻烦)")
_WORDING = Pattern(
    r"怎么(?:写|回|说|跟|和|答|道|措辞|开口|发)|如何(?:写|回|措辞|答|道|跟|向)|写(?:封|一|个|条|份|段|点|出)|起草|草拟|拟(?:一|个|封"
    r"|份)|代笔"
    r"|(?<![a-z])(?:draft(?:ing)? (?:a|an|me|the|our|my|some|something|it|up|out)|^draft(?!s)|write (?:me|out|up|a|an|the|it"
    r"|something)|compose|how (?:do|should|can|could|would|to) (?:i "
    r"|we )?(?:best )?(?:write|word|reply|respond|answer|tell|say|phrase|put|apolog\w+|address|open|approach|break)"
    r"|wording (?:for|to)|what (?:should|do|would|can) (?:i|we) (?:write|say|reply|answer|tell)|what to (?:write|say|reply|tell))(?![a-z])"
)
_NOUN_ZH = (
    "信|邮件|微信|短信|消息|祝福|问候|话术|文案|贺词|贺信|函|帖|通知|声明|说明|解释|回复|回函|"
    "邀请|请柬|感谢|致辞|卡片|贺卡|开场白|文字|话|稿|说法|私信|留言|便条|汇报|报价|方案|约稿|回信"
)
_NOUN_EN = (
    r"e-?mails?|letters?|notes?|messages?|lines?|replies|reply|response|invit\w+|texts?|dms?|mails?|icebreakers?|ice-breakers?"
    r"|follow[- ]ups?|greetings?|cards?|memo|thank[- ]you|congratulations?"
    r"|proposal|pitch|intro(?:duction)?|quote|offer|statement|announcement|hello|few words|something|paragraph|words|wishes|birthday"
    r"|condolences?|apology"
)
_VERB = (
    "写|发|回|打(?!个?分)|寄|送|起草|草拟|拟|准备|留|捎|带|传|拜|祝|道|致|贺|解释|讲|出|做|订|安排|"
    "转|递|开|提|买|挑|让|便宜|降|延|约|推|弄|整|来|搞|定|赔|报|承诺|保证|答复|回复|介绍|说|"
    "通知|催|放|免|减|优惠|同步|群发|补|加|签|编|敬|摆"
)
_OUT_ZH = Pattern(
    r"(?:发送|发|转发|转|寄|送|递|呈|交|传|抄送|抄|同步|分享|推送|推|汇报|反馈|捎|带|报|回|写|投|说|讲|卖|让利|退|打)(?:过去|出去"
    r"|一[份下封条个])?(?:给|至)(?!我(?!们[一-鿿]|老板|领导|经理|主管|同事|团队|组|的)|自己|本人|你)"
    rf"|给(?!我(?:[看一发列查整]|自己|做个|做一|出个|个|三|几|讲|说|提|来|总|排|打)|自己|你)[^,。;!?]{{1,24}}?(?:{_VERB})(?!的时候"
    rf"|过的|的那)"
    r"|(?<![没未不])(?:告诉|告知|通知|转告|转达|转交|回复|答复|回绝|邀请|邀约|提醒|恭喜|祝贺|感谢|慰问|问候|致电|请示|回应|游说|催促"
    r"|催一?下|知会"
    r"|抄送|安抚|联系(?!人|方式|电话|地址|我)|拜托|打点|宴请|款待|招待)(?!我|函|的|率|时间|记录|情况|过|单|人(?:列|表|名|是"
    r"|的))[^,。;!?]{1,}"
    r"|(?<![大合预续节违条签契邀])约(?!定|束|谈记录|\d)[^,。;!?]{1,}"
    rf"|(?:写|起草|草拟|拟|编|撰写|来|弄|整|出|准备|草|draft|搞|做)(?:一|个|封|条|份|段|篇|下|两句|几句|句|点|些|张|首|好"
    rf"|一下)+[^,。;!?]{{0,20}}?(?:{_NOUN_ZH}|email|mail|message)"
    rf"|(?:写|起草|草拟|撰写|draft)[^,。;!?]{{0,24}}?(?:{_NOUN_ZH}|email|mail|message|note)(?!记录|进系统|到系统)"
    r"|(?:润色|改写|精简|缩短|翻译|译成|优化|完善|重写)[^,。;!?]{0,16}(?:信(?![息用函箱])|邮件|消息|稿)|(?:信(?![息用函箱])|邮件|消息"
    r"|稿)[^,。;!?]{0,6}(?:润色|改(?!成)|精简|缩短|翻译|译成|重写)|发(?:了|出|走)?吧|发掉|就发|发(?:他|她|对方|客户)(?!的|们的)|答应"
    r"|发过去|发出去|发(?:个|一个|条|一条"
    r"|封|一封|份|一份)[^,。;!?]{0,14}(?:信|邮件|微信|短信|消息|祝福|问候|函|通知|mail|message)"
    r"|(?:发|群发)(?:邮件|微信|短信|消息)|回(?:一下|个|他|她|对方|客户|信|函|一[封条句])|打(?:个|声)招呼"
    r"|(?:带|捎)(?:个|句|几句)?话|(?:说|跟|向|和|对)[^,。;!?]{1,12}(?:说|讲|道歉|致歉|道谢|道贺|汇报|表示|确认|解释|沟通|承诺|保证"
    r"|提一?下|请求|申请|约)|(?:请|让|托|叫|求|麻烦)[^,。;!?]{1,14}?(?:转|带话|过目|看看|签字|出席|审阅|代为|传|捎|交给|拨冗)"
    r"|报价|出(?:个|一份|份)?报价|打[^,。;!?]{0,4}折(?!扣)|(?:reply|email|mail|cc|forward|send|follow up|ping|text|share|intro|invite"
    r"|push|present)(?:一下|一个|个|下|给)"
    r"|(?:e?mail|wechat|whatsapp|message|ping|slack|cc|@) ?(?=[一-鿿])|(?:收件人|抬头|称呼|收信人)[^,。;!?]{0,6}(?:改|换|写|是|为|:)"
    r"|(?:请|约|安排|订)[^,。;!?]{0,12}(?:吃|喝|饭|餐|宴|酒)"
)
_TO_US = r"(?! (?:me|myself|us)(?![a-z]))"
_OUT_EN = Pattern(
    rf"^(?:\w+ly )?(?:bump (?:my|our|(?:the|this|that) (?:last |latest |previous )?(?:e-?mail|mail|message|thread|note|request))"
    rf"|e-?mail|mail|message|text|ping|dm|im|whatsapp|slack|wechat|wecom|write|draft"
    rf"|compose|send|forward|fwd|reply"
    rf"|respond|answer|tell|inform|notify|invite|thank|congratulate|ask|cc|bcc|copy|loop|share|pass|relay"
    rf"|apologi[sz]e|offer|promise|quote|give|drop|reach|follow|introduce|greet|wish|nudge|chase|approach|contact|assure|reassure"
    rf"|confirm|reject|decline|accept|agree|pitch|propose|submit|deliver|present|post|get back|word"
    rf"|phrase|rewrite|reword|remind|brief|commit|guarantee|grant|extend|waive|hand|convey|address|beg|plead|persuade|explain to"
    rf"|respond|return|print|cancel our|match|lower|knock|cut|throw|let|say|make|put|prepare|produce"
    rf"|come up with|craft|whip up|bash out|dash off|do up|pen|set up|schedule|arrange|book|order|buy|treat|take|organi[sz]e|reserve"
    rf"|entertain|polish|translate|shoot|fire off|hit up|call|phone|ring|leave|have|warn|welcome|attach|sell){_TO_US}(?![a-z])"
)
_OUT_EN_ANYWHERE = Pattern(
    rf"(?<![a-z])(?:(?:an?|some|quick|short|nice|friendly|brief|polite|little|another|two|three|the perfect"
    rf"|best) (?:[a-z'-]+ ){{0,4}}(?:{_NOUN_EN})(?: [a-z'-]+){{0,2}} (?:to|for|inviting|thanking|telling|asking|congratulating"
    rf"|apologi[sz]ing)"
    r"(?! (?:me|myself|us)(?![a-z]))|(?:send|forward|e-?mail|mail|cc|bcc|copy|relay|pass)(?:ing)? (?:it|this|that|them|these"
    r"|the [a-z ]+?|our [a-z ]+?|a [a-z ]+?) (?:on |over |along |straight |out )?to(?! (?:me|myself|us)(?![a-z]))"
    r"|(?:cc|bcc)(?:'?ed|ing)?(?![a-z])|on copy|in copy|addressed to|pass (?:it|this) on|so (?:he|she|they) (?:can|could|will) (?:read"
    r"|see|sign)|to be (?:forwarded|passed|relayed|read))(?! (?:me|myself|us)(?![a-z]))"
)
_ONLY_SENSITIVE = Pattern(
    r"^(?:book|order|buy|treat|take|organi[sz]e|reserve|arrange|make|put|prepare|have|get|set up|schedule|let|leave|call|phone|ring"
    r"|present|attach|say|explain|polish|translate|produce|print|cancel our|confirm|welcome)(?![a-z])"
)
_NOUN = Pattern(rf"(?<![a-z])(?:{_NOUN_EN}|call|meeting)(?![a-z])")
_SHOWS = Pattern(r"(?:show|give|explain|present|read) (?:it |this )?(?:to )?(?!me|us|my|our)(?:(?! our | about )[a-z' ]){1,40}")
_TOWARDS = Pattern("^[跟向和对]|给|抄送|转|回复|通知|告诉|cc|@")
_TELLS = Pattern(
    r"(?:告诉|告知|通知|转告|提醒|回复|答复)(?!我|率|函|时间|记录|情况|单)|(?:跟|向|和|对)[^,。;!?的]{1,12}(?:说|讲|道歉|致歉|解释"
    r"|承诺|保证|确认|表示|申请)(?!过|了[几多哪什])"
)
_EXPLAINS = Pattern(
    r"(?:explain|show|present|give|read|describe|break|get) [^,]*? to (?!me|us|myself|my|our|be|do|the point)(?=[a-z])|(?:translate"
    r"|polish|proofread|improve|shorten|rephrase|edit|tweak|soften) (?:[a-z']+ ){0,4}(?:e-?mails?|letters?|messages?|notes?|replies"
    r"|reply|invitation)(?![a-z])"
    r"|(?:update|brief) (?!(?:the|my|our|all|a|an|this|that|its|their) (?:deal|opportunity|stage|amount|record|account|crm|close"
    r"|forecast|pipeline|contact|status|quote|ticket|owner|phone|notes?|next|field|date)|[a-z]+'s )[a-z' ]{2,40} (?:on|about|that) "
    r"|get [^,]*? (?:in front of|past|onto) |get (?:in touch"
    r"|back|hold|through|word)(?![a-z])"
)
_DRAFTS = Pattern(r"(?:write|draft|compose|prepare|produce|post|word|rewrite|reword)(?![a-z])")
_FOR_OTHERS = Pattern(r"(?<![a-z])(?:to|for) (?!me|myself|my own|us|minutes|the minutes|notes)(?![a-z]* ?(?:file|crm))")
_CITES = Pattern(
    r"quote (?:me |us )?(?:the|our|its|that|this|from|verbatim|word)|ask (?:you|yourself)|confirm (?:whether|if|that)|return "
)
_RULES = Pattern(
    r"政策|规定|流程|标准|上限|审批|合规|允许|权限|违规|复核|要不要|需不需要|谁批|(?<![a-z])(?:polic(?:y|ies)|allowed|approval|limit"
    r"|handbook|rules?|according|permitted|compliant|guidelines?|reviewed)(?![a-z])"
)
_ASKS_OTHERS = Pattern("问|确认|了解|打听|看|核实|解释|说明|催|约|说|讲|告诉|聊|回复|答复")
_WISHES = Pattern(
    r"(?:can|could|shall|may|should) (?:we|i) (?:please |just |also |quickly |maybe )?(?:send|write|e-?mail|mail|reply|respond"
    r"|get (?:a|an|something|this|it)|invite|offer|draft|message|tell|ask|forward|drop|thank|congratulate"
    r"|give|reach|contact|text|say)(?![a-z])|(?:what|how) about|why (?:don't|not)|(?:is it|would it be) (?:ok|okay|fine|possible"
    r"|all right|alright)"
)
_WISHES_ZH = Pattern(
    r"\W*(?:能不能|能否|可不可以|可以|可否|能|方便|是否可以)(?:帮我?们?|替我?们?|请你?|麻烦你?)?(?:给|发|写|回|约|告诉|通知|起草|邀请"
    r"|抄送|转)"
)
_FOR_WHOM = Pattern(r"(?:^|\s)(?:for|to) (?:[a-z]+'s |the |their |his |her |its |a )?(?:[a-z]+ )?$")
_OLD_EN = Pattern(
    r"(?:e-?mails?|letters?|notes?|messages?|threads?|calls?|repl(?:y|ies)|offers?|quotes?|proposals?|visits?|sent|wrote|spoke|talked"
    r"|said|went|gave"
    r"|according|due|next|belongs?|mailed|task|alert) (?:\w+ ){0,4}to [a-z' ]*$"
    r"|(?:names?|address|number|title|phone|who|contact|mailed|sent|wrote|task|alert) [a-z ]*for [a-z' ]*$"
)
_NAMED = Pattern(
    r"[^,。;!?\d]{1,16}的(?:邮箱|电话|手机号?|地址|生日|职务|订单|发票|合同|商机|触点|工单|欠款|余额|业绩|负责人|标准|政策|规定|流程"
    r"|上限)"
)
"""Somebody's something, and nothing else said of it."""
_TERMS = Pattern(
    r"报价|价格|总价|单价|折|账期|质保|保修|付款|交期|责任|滞纳|(?<![a-z])(?:quot\w+|offer\w*|pric\w+|discount\w*|terms?|payment"
    r"|warrant\w+|liab\w+|fees?|lead time|off)(?![a-z])"
)
_OF_A_RECORD = Pattern(
    r"商机|备注|阶段|记录|触点|字段|(?<![a-z])(?:opportunit\w+|deal|field|forecast|notes?|stage|touchpoint|pipeline|crm|ticket"
    r"|task)(?![a-z])"
)
_QUOTES = Pattern(
    r"报价(?!单号)|打[^,。;!?]{0,4}折|[一二三四五六七八九\d]折|让利|折扣|优惠|(?<![a-z])(?:quot(?:e|es|ation|ing)|discount\w*"
    r"|price (?:offer|proposal)|\d+ ?%? ?off|offer)(?![a-z])"
)
_WRITES = Pattern(
    r"记(?:到|进|入|录(?!整)|下|一下|一笔|个|一?条|上|在|成)|录(?:入|到|进|一下|个)|登记|写(?:进|入|到|回)|存(?:到|进|下|一下|档|入)|更新"
    r"|(?:建|新建|创建|立)(?:个|一个|一条|条)?|新增|添加|加(?:个|一条|条|上|到|进)(?!班)|补(?:进|充|录|到|上|一条)|标记|标(?:成|为)|备注"
    r"|归档|关联"
    r"|(?:改|调|设|换|推|移|挪|延|往后推|提前|转|置|变)(?:成|为|到|至)|(?:阶段|金额|日期|状态|负责人|预算|成交日"
    r"|签约日)[^,。;!?]{0,8}(?:改|调|设|推|换|挪)|关(?:掉|闭|单|了)|删(?:除|掉|了)|合并|作废|赢单|输单|丢单|开(?:个|一个|张)?工单"
    r"|进crm|到crm|crm里|打(?:上"
    r"|个)标签|跟进任务|撤回|勾"
    r"|^new (?:contact|opportunity|deal|lead|account|task|touchpoint|ticket)(?![a-z])|^新(?:联系人|线索|商机|客户|任务)|^(?:update|log"
    r"|record|note(?! (?:for|to) )|add|create|set|mark|move|change|save|enter|push|register|archive|merge|assign|close"
    r"|delete|tag"
    r"|reopen|bump|put|edit|correct|fix|rename|remove|store|file|capture|make a note|jot|link|attach|reassign|transfer|convert|raise|"
    r"open|schedule|flip|switch|import|tick|complete|cancel|lower|shift|bring|hand over|write (?:down|up|into|to the crm|a note (?:in"
    r"|on) the))(?![a-z])|in(?:to)? (?:the )?(?:crm|system|records?|salesforce|pipeline)(?![a-z])|to (?:the )?(?:crm|opportunity"
    r"|record|account record)(?![a-z])"
)
_TO_PERSON = Pattern(
    r"^(?:update|brief|note) (?!the|my|our|all|a|an|close|stage|amount|owner|status|every|this|that|it|opp)[a-z' ]{1,30} (?:on|about"
    r"|that|with)(?![a-z])"
)
_LOOK = Pattern(
    r"^(?:list|show|find|look ?up|look|check|count|pull(?: up)?|search|get me|get|give me|fetch|open|display|see|read|retrieve|dig"
    r"|work out|calculate|compute|add up|total|sum up the (?:amount|value)|plot|chart|graph|break down|report|export|view|send me"
    r"|email me|bring up|"
    r"locate|verify|tell me|map|translate|remind me)(?![a-z])|[念读讲]给我听|查(?:一下|询|下|找|查|看|一查|清|出|个)?|看(?:看|一下|下)"
    r"|列(?:出|一下"
    r"|个|下|一)|统计|算(?:一下|下|出|算|个)|找(?:一下|出|找|下|到)?|翻(?:一下|出|翻)|调(?:出|取)|搜(?:一下|索|下)?|核(?:对|实|一下)"
    r"|合计|汇总|拉(?:一下|个|出|一份|张)|画(?:个|一张|张)|导出|显示|盘(?:一下|点)|梳理"
)
_COMPARES = Pattern(
    r"逐条|差(?:在|别|多少)|区别|对一下|比(?:对|较|一下|一比|下)|对比|对照|(?:两|新旧|前后|各)版|改了(?:哪|什么|啥)|差异|不同|redline"
    r"|修订|(?<![a-z])(?:compare"
    r"|comparison|diff(?:erence)?s?|redlines?|what changed|changed (?:between|from|since)|versus|vs\.?|side by side"
    r"|clause by clause)(?![a-z])"
)
_SUMS_UP = Pattern(
    r"总结|概括|整理|纪要|转(?:成|为|写)?(?:文字|文本|写)|听写|提炼|归纳|摘要|要点|速记|复盘|小结|(?<![a-z])(?:summari[sz]\w*|recap\w*"
    r"|transcri\w+|(?:the|meeting|draft|my|our|proper|into) minutes|minutes (?:of|from)|key points|bullet points?|bullets|tldr"
    r"|(?:write|draft|prepare|produce|make|give me|do) (?:me |us )?(?:up )?(?:a|an|the) (?:[a-z-]+ )?(?:summary|overview)"
    r"|summary(?=[一-鿿])|sum(?:med|s)? up|wrap[- ]up"
    r"|digest|highlights|notes from|boil down|condense|gist|action items|write up (?:my|the) notes)(?![a-z])"
)
_SCORES = Pattern(
    r"(?<!安)排(?:序|名|个序|一下|出|个)|打(?:个)?分|评分|评估|预警|提醒我|(?:就|时|马上|立刻)(?:告诉|通知|叫)我|监控|盯(?:着|一下"
    r"|住)?|告警"
    r"|流失|风险|健康度|预测|赢率|概率|评级"
    r"|异常|(?<![a-z])(?:rank\w*|scor\w+|alert\w*|flag\w*|watch\w*|monitor\w*|churn|risk|forecast\w*|predict\w*|likelihood|health"
    r"|probab\w+|rate (?:my|the|all)|priorit\w+|warn me|notify me|ping me|detect|track)(?![a-z])"
)
_KNOWS = Pattern(
    r"政策|规定|制度|手册|条款|流程|合规|允许|上限|标准|参数|规格|文档|原文|说明书|指南|权限|要求|授权|资质|认证|规则"
    r"|(?<![a-z])(?:policy|policies|rules?|handbook|guide\w*|clause|allowed|permitted|limit|spec\w*|datasheet|manual|documentation"
    r"|says?|compliance|procedure|process|supported|warranty|terms|certif\w+|according|approval|allow)(?![a-z])"
)
_OF_OLD = Pattern(
    r"给[^,。;!?]{1,16}?(?:送|发|写|寄|报|打)[^,。;!?]{0,8}的(?:规定|政策|标准|流程|规则|上限|要求)|"
    r"(?:发|写|寄|送|回|转|抄送|打|报)给[^,。;!?]{1,16}?的(?:那[封条份个])?(?:邮件|信|报价单?|方案|消息|合同|资料|微信|短信|函|文件"
    r"|电话)|给[^,。;!?]{1,16}?(?:写|发|寄|送|回|打|报)(?:过)?的|(?:发|写|寄|回|转|抄)(?:来|过来)的|"
    r"(?:发|写|寄|送|回|转|打|报)给[^,。;!?]{1,16}?(?:了(?:没|几|多少|吗|哪)|没有?$|的(?:时间|日期|次数|记录))|给[^,。;!?]{1,16}?(?:写"
    r"|发|寄|送|回|打|报)(?:过|了)(?:几|多少|没|吗|哪|什么)"
)
_BACK_TO = Pattern(r"(?:回复|答复|回)(?:一下|个|了)?[^,。;!?]{0,20}(?:邮件|信|消息|微信|问题)|(?:reply|respond|answer)")
_TASK = Pattern(
    r"^(?:建|创建|新建|加|设|记|定)(?:个|一个|一条|一下)?[^,。;!?]{0,8}(?:任务|待办|提醒|日程|闹钟)|^提醒我|^remind me (?:to|that"
    r"|about|on|in)"
    r"|^(?:create|add|set|make)(?: up)? (?:a |an )?(?:[a-z]+ )?(?:task|to-?do|reminder)(?![a-z])"
)
_REMINDS = Pattern("提醒我|remind me")
_CALLS = Pattern(r"打个?电话|回个?电话|去?拜访|致电|(?<![a-z])(?:call|phone|ring|visit|meet)(?![a-z])")
_CRM_HEAD = Pattern(
    r"^给[^,。;!?]{1,20}(?:加|补|添|打|建|设|贴|录|写)(?:个|上|一个|一条|一下|充|进|到|入)*[^,。;!?]{0,6}(?:备注|标签|任务|记录|字段"
    r"|竞争对手|联系人|商机|触点)"
    r"|^给[^,。;!?]{1,20}(?:商机|线索|客户|档案|记录|联系人|单子|合同)(?:里|上|的[^,。;!?]{1,6})?(?:加|补|改|设|更新|录|填|打|换)|"
    r"^(?:记|录|登记|更新|把[^,。;!?]{1,60}?(?:记(?:到|进|入|录|下|上|在)|录(?:入|到|进)|写(?:进|入|到)|存(?:到|进|入)|登记|归档|备注"
    r"|更新到|标(?:记|成|为)))|^(?:put|leave|make|add|write|drop) (?:a |an |down a )?(?:short |quick )?(?:note|comment|tag|flag) (?:on"
    r"|in|against) |^(?:log|record|note (?:that|down|in)|save|register|capture|jot|file|add (?:a |an |the )?(?:note"
    r"|touchpoint|task|activity|comment|contact|call))(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted. leaves: the words by which something goes to others. quotes, writes: the same for a price and for a record.

    alone: what is for the person's own eyes. All are empty where nothing was understood.
    """

    leaves: str = ""
    quotes: str = ""
    writes: str = ""
    alone: tuple[tuple[Reason, str], ...] = ()

    @property
    def understood(self) -> bool:
        """Whether it is known at all what is wanted."""
        return bool(self.leaves or self.quotes or self.writes or self.alone)


def wished(said: str) -> Wish:
    """What `said` (as `bot.domain.plain.plain` gives it) wants done."""
    leaves, quotes, writes = "", "", ""
    alone: list[tuple[Reason, str]] = []
    task = False
    for clause, asked in clauses(said.replace("tl;dr", "tldr")):
        head = _POLITE.sub("", clause)
        if _TASK.search(head) or (task and _CALLS.search(clause) and not _NOUN.search(clause)):
            task = True
            alone += [(Reason.SCORING_ALERT, head)] if _REMINDS.match(head) else []
            writes = writes or ("" if _REMINDS.match(head) else head)
            continue
        own = _alone(clause, head, asked=asked)
        out = _leaving(clause, head, alone=bool(own))
        if out:
            leaves = leaves or out
            quotes = quotes or _first(_QUOTES, clause)
            continue
        if own:
            alone += own
        elif found := _first(_WRITES, head):
            writes = writes or found
            quotes = quotes or ("" if _CRM_HEAD.search(head) or _OF_A_RECORD.search(clause) else _first(_TERMS, clause))
    if not (leaves or quotes or writes or alone) and _NAMED.fullmatch(said.strip()):
        alone.append((Reason.DATA_LOOKUP, said.strip()))
    return Wish(leaves, quotes, writes, tuple(alone))


def clauses(said: str) -> Iterator[tuple[str, bool]]:
    """The clauses of `said`, and whether each ends as a question."""
    last = 0
    for found in (*_SPLIT.finditer(said), None):
        end = found.start() if found else len(said)
        if clause := said[last:end].strip(" :\"'“”‘’()[]-"):
            yield clause, found is not None and "?" in found[0]
        last = found.end() if found else end


def _alone(clause: str, head: str, *, asked: bool) -> list[tuple[Reason, str]]:
    if (_WORDING.search(clause) and not _SUMS_UP.search(clause)) or _commands(head):
        return []
    for reason, pattern in ((Reason.TRANSCRIPT_SUMMARY, _SUMS_UP), (Reason.CLAUSE_COMPARE, _COMPARES)):
        if found := _first(pattern, clause):
            return [(reason, found)]
    scores = _first(_SCORES, head)
    return [(Reason.SCORING_ALERT, scores)] if scores and not _WRITES.match(head) else _wanting(clause, head, asked=asked)


def _commands(head: str) -> bool:
    """Whether it plainly sends or says something, whatever it goes on to speak of."""
    if _TELLS.match(head) or _EXPLAINS.match(head):
        return True
    strong = _OUT_EN.match(head) and not _ONLY_SENSITIVE.match(head)
    return bool(strong) and not (_DRAFTS.match(head) and _SUMS_UP.search(head) and not _FOR_OTHERS.search(head)) and not _CITES.match(head)


def _wanting(clause: str, head: str, *, asked: bool) -> list[tuple[Reason, str]]:
    wishes = _WISHES_ZH.match(clause) and not _RULES.search(clause)
    question = not wishes and (_asks(head) or (asked and not (_COMMANDS.match(clause) or _WISHES.match(head))))
    looks = _LOOK.match(head) or (_CHINESE.search(head) and _LOOK.search(head))
    if question and (known := _first(_KNOWS, clause)):
        return [(Reason.KNOWLEDGE_QA, known)]
    if looks or (question and _COUNTS.search(clause)):
        return [(Reason.DATA_LOOKUP, looks[0] if looks else clause)]
    return [(Reason.KNOWLEDGE_QA, clause)] if question else []


def _leaving(clause: str, head: str, *, alone: bool) -> str:
    if _CRM_HEAD.search(head) and not re.search(r"(?<!把)(?:发给|转给|抄送|寄给)(?!我)[^,。;!?的]{1,16}$", head):
        return ""
    told = clause if _BACK_TO.search(clause) else _OF_OLD.sub(" ", clause)
    if alone and re.search(r"[a-z]", clause) and not _CHINESE.search(clause):
        wished_for = _WISHES.match(head) if not _RULES.search(head) else None
        found = _first(_OUT_EN_ANYWHERE, told) or _shown(head) or _for_executive(told) or (wished_for[0] if wished_for else "")
        return "" if _asks(head) else found
    if alone and _asks(head) and not (_WISHES_ZH.match(clause) and not _RULES.search(clause)):
        return ""
    chinese = _first(_OUT_ZH, told)
    if chinese and not (alone and not _TOWARDS.search(chinese)):
        return chinese
    if explained := _EXPLAINS.match(head):
        return explained[0]
    return "" if alone else _english(head) or _first(_OUT_EN_ANYWHERE, told)


def _shown(head: str) -> str:
    found = _SHOWS.match(head)
    return found[0] if found and EXECUTIVE.search(found[0]) else ""


def _for_executive(told: str) -> str:
    spoken = (one for one in executives_in(told) if _FOR_WHOM.search(told[: one.start]) and not _OLD_EN.search(told[: one.start]))
    return next((one.words for one in spoken), "")


def _asks(head: str) -> bool:
    """Whether a clause only wants to know something: what is to be asked of others in it, or is asked for politely, is none of that."""
    found = _ASKED.search(head)
    if not found or _WORDING.search(head):
        return False
    if _RULES.search(head):
        return True
    inside = _first(_OUT_ZH, head[: found.start()]) and _ASKS_OTHERS.search(head[: found.start()])
    return not (inside or _WISHES.match(head))


def _english(head: str) -> str:
    found = _OUT_EN.match(head)
    if not found:
        return ""
    if _TO_PERSON.match(head):
        return found[0]
    return found[0] if not _ONLY_SENSITIVE.match(head) or SENSITIVE.search(head) or _NOUN.search(head) else ""


def _first(pattern: Pattern, text: str) -> str:
    found = pattern.search(text)
    return found[0].strip() if found else ""
