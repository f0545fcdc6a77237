"""Text as it reads once disguise is taken off: width, marks, look-alike letters, spaces inside words, markup. Knows letters; no meaning."""

import re
import unicodedata
from html import unescape

_TRADITIONAL = (
    "丟並佔併來侷係俬倉個們倖備傢傭傳傷價儀償優兒內兩冊凍別刪則剋創劇劉動務匯區協參叢吳呂員唸問啓啟喪喫喬單嗎噹嚮嚴囌囪國圍團埰報場塊"
    "塗塵墰壇壓壜壞夥婁媽孃孫學寀實寧審寫寬專對導屜層屬崗嵗嶽師帳帶幫幷幾庫廂廠廢廳弔張彆彔彙後從復惱愛態慫慮憤應戶採換揮損摺撈撥撫擔"
    "據擡擬擺擼擾敗數斷於昇時曏書會朮東査條楊業樂樑樓標樣機檔檢檯櫃權歐歲歸氣汙決沒況洩淩減測湯準溝溫滙滯滿漲潤瀋災為無煉煙煩熱營爭爲"
    "爺爾狀獨現產産畢畫異畵當疊瘓療癱發盃監盤盧硃確碼祕禍禮稅種稱穀窩競筆箇節範簡簽籃籤糉糧糰糾紀約紅納紕級紛紹終組結絕給統絲絶經綫維"
    "綵緊緒線編緩緻縮總績繫繳續纔罈罎罰罵羅羣翫聞聯聲聶職聽脩腳膠臉臘臺與興舉舊荊莊華菸萬葉蒐蓆蔔蔘蔣蕭薑藍蘆蘇蘭處號虧蟲術衕衚衛裏補"
    "裝裡製複襬覈見規親觀觸訂訃計討訓託記訟訣訪設許訴診註証評詞詢試話該認誤說説誰調談請諒諮諸諾講謝證譚譯議護讀變讓負財貨責買費貼賀資"
    "賈賒賓賠賣質賬賭賴賺購賽贈贏趕趙踰車軍軟軸較輪輸輿轉辦辭農迴這連週進遊運過達違遞遲遺還邊郵鄒鄔鄧鄭醜醣釋釐釣釦鈡銜銷錄錢錯録錶鍊"
    "鍋鍾鎖鐘鑑鑒長門閆閉開間閔閘閤閱閲閻闆關陞陳陸陽隊階際隨險離難電霧韆韋韓頁頂項順須預頓領頭題額顏顔顧顯風颱飆飯餅餘饋馬馮駡駱騰驗"
    "體髮鬆鬍鬚鬧鬱魚魯鮑鮮麪麫麯麴麵麼麽黃點鼕齊齣龍龐龔総経縂亊価発対"
)
"""Those characters that the words of the policy are written with where they are written in full."""
_SIMPLIFIED = (
    "丢并占并来局系私仓个们幸备家佣传伤价仪偿优儿内两册冻别删则克创剧刘动务汇区协参丛吴吕员念问启启丧吃乔单吗当向严苏囱国围团采报场块"
    "涂尘坛坛压坛坏伙娄妈娘孙学采实宁审写宽专对导屉层属岗岁岳师帐带帮并几库厢厂废厅吊张别录汇后从复恼爱态怂虑愤应户采换挥损折捞拨抚担"
    "据抬拟摆撸扰败数断于升时向书会术东查条杨业乐梁楼标样机档检台柜权欧岁归气污决没况泄凌减测汤准沟温汇滞满涨润沈灾为无炼烟烦热营争为"
    "爷尔状独现产产毕画异画当叠痪疗瘫发杯监盘卢朱确码秘祸礼税种称谷窝竞笔个节范简签篮签粽粮团纠纪约红纳纰级纷绍终组结绝给统丝绝经线维"
    "彩紧绪线编缓致缩总绩系缴续才坛坛罚骂罗群玩闻联声聂职听修脚胶脸腊台与兴举旧荆庄华烟万叶搜席卜参蒋萧姜蓝芦苏兰处号亏虫术同胡卫里补"
    "装里制复摆核见规亲观触订讣计讨训托记讼诀访设许诉诊注证评词询试话该认误说说谁调谈请谅咨诸诺讲谢证谭译议护读变让负财货责买费贴贺资"
    "贾赊宾赔卖质账赌赖赚购赛赠赢赶赵逾车军软轴较轮输舆转办辞农回这连周进游运过达违递迟遗还边邮邹邬邓郑丑糖释厘钓扣钟衔销录钱错录表炼"
    "锅钟锁钟鉴鉴长门闫闭开间闵闸合阅阅阎板关升陈陆阳队阶际随险离难电雾千韦韩页顶项顺须预顿领头题额颜颜顾显风台飙饭饼余馈马冯骂骆腾验"
    "体发松胡须闹郁鱼鲁鲍鲜面面曲曲面么么黄点冬齐出龙庞龚总经总事价发对"
)
_LOOKALIKES = str.maketrans(
    "авеёзікмнорстухьѕјӏԁɡαβεικνορτυχςϲοɑıÐøłƒ総経縂亊侒", "abee3ikmhopctyxbsjldgabeiknoptuxccoaidolf总经总事安"
)
_LEET = str.maketrans("013457@$€", "oieast" + "ase")
_TAG = re.compile(r"<(?![^>]*@)/?[a-zA-Z!][^<>]{0,60}>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_MARKUP = re.compile(r"[*`~#|\u00ad]+|^[ \t]*>+[ \t]?|(?<!\w)_+|_+(?!\w)", re.MULTILINE)
_HAN = "\u3400-\u9fff"
_GAP = re.compile(rf"(?<=[{_HAN}])[ \t\u3000._\-/·•+=^]{{1,4}}(?=[{_HAN}])")
_SPELT = re.compile(r"(?<![a-z0-9])[a-z](?:[ ._\-/·•+]{1,3}[a-z]){1,}(?![a-z0-9])")
_LEETED = re.compile(r"[a-z0-9@$€]*[a-z][a-z0-9@$€]*")
_SPACE = re.compile(r"[ \t\u00a0\u3000]+")
_PAIRS = frozenset({"vp", "md", "gm"})


def plain(text: str) -> str:
    """`text` in small half-width simplified letters, without marks, markup and gaps inside words.

    Titles and acronyms spelt letter by letter, or with figures for letters, are put together where that makes one that is known.
    """
    bare = _TAG.sub("", unescape(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)))
    split = unicodedata.normalize("NFKD", bare)
    kept = "".join(one for one in split if unicodedata.category(one) not in {"Mn", "Cf", "Me", "Co", "Cn"} or one == "\n")
    folded = unicodedata.normalize("NFKC", kept).lower().translate(_LOOKALIKES).translate(_SIMPLER)
    folded = _SPACE.sub(" ", _MARKUP.sub("", folded))
    folded = _RUNS.sub(_shorter, _GAP.sub("", folded))
    return _LEETED.sub(_unleeted, _SPELT.sub(_together, folded))


_RUNS = re.compile(r"\d{18,}|[零〇一二两三四五六七八九十百千万亿]{16,}|[a-z]{40,}")
_ENOUGH = 18
_SIMPLER = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_KNOWN = frozenset({
    "ceo", "cfo", "coo", "cto", "cio", "cmo", "cxo", "boss", "chairman", "president", "founder", "owner", "director", "board", "chief",
    "laoban", "zongcai", "zongjingli", "dongshizhang", "executive", "vice",
})  # fmt: skip
_LONG = 3


def _together(found: re.Match[str]) -> str:
    joined = re.sub(r"[^a-z]", "", found[0])
    return joined if len(joined) >= _LONG or joined in _PAIRS else found[0]


def _shorter(found: re.Match[str]) -> str:
    return found[0][:_ENOUGH]  # no number and no word is that long; patterns that look for numbers would try each place in it


def _unleeted(found: re.Match[str]) -> str:
    word = found[0]
    if word.isalpha() or not re.search(r"[a-z]", word):
        return word
    meant = word.translate(_LEET)
    return meant if meant in _KNOWN else word
