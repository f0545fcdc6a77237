"""The demo firm after its people have worked in it: asked, noted, written letters, pressed, compared contracts. Knows pages alone."""

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.served import Server, tandem
from tests.benchmarks.visitor import Form, Visitor, forms, told

EVERYONE = (
    "海蓝科技有哪些未关闭的商机？", "续约折扣最多能给多少？", "按阶段统计商机金额", "Which accounts have renewals in the next 60 days?",
    "海蓝的流失风险怎么样", "给我今天的简报", "开票金额超过50万的发票有哪些",
)  # fmt: skip
OF_ROLE: Mapping[str, Sequence[str]] = {
    "rep": (
        "刚跟海蓝科技聊完，预算八十万，争取十二月底签，下周发方案", "给海蓝的李董写封信，约下周三拜访，就说漏检这件事",
        "每周一8:30给我发周报", "给三个切入点，下午见北风", "Met Northmere today, they want 40 sensors, about 120k, decision in June",
    ),
    "manager": ("这个季度团队要签的商机有哪些？", "哪些客户流失风险高？", "给我周报"),
    "admin": ("检查一下重复录入的商机", "知识库里保修怎么写的？", "What is the payment term for new accounts?"),
}  # fmt: skip
KEPT, SENT = ("save", "submit"), re.compile(r"/turns/([^/\"]+)/events")
THREAD = re.compile(r'name="thread" value="([^"]+)"')
CLAUSES = (
    "灌装线供货合同", "甲方(买方):云坊乳业有限公司", "乙方(卖方):衡屿传感有限公司", "第一条 标的",
    "乙方向甲方出售灌装线称重模块60套,合同总价人民币960,000元。",
    "第二条 付款", "甲方应于验收合格后{days}日内付清全部货款。", "第三条 质保",
    "质保期{months}个月,自验收合格之日起算。", "第四条 责任上限",
    "任何一方的赔偿总额不超过合同总价的100%,间接损失{loss}予赔偿。", "第五条 争议解决", "本合同适用中国法律,由乙方所在地人民法院管辖。",
)  # fmt: skip


@dataclass
class Places:
    """Pages that exist once somebody has worked: one address of each kind that was met, and their threads."""

    found: dict[str, str] = field(default_factory=dict)
    threads: list[str] = field(default_factory=list)

    def note(self, page: str) -> None:
        """Remember what a page leads to."""
        for kind, pattern in LEADS.items():
            if match := pattern.search(page):
                self.found.setdefault(kind, match[0])

    @staticmethod
    def write(file: Path, places: Mapping[str, "Places"]) -> None:
        """Keep everybody's."""
        told = {who: {"found": one.found, "threads": one.threads} for who, one in places.items()}
        file.write_text(json.dumps(told), encoding="utf-8")

    @staticmethod
    def read(file: Path) -> Mapping[str, "Places"]:
        """What was kept."""
        return {who: Places(**one) for who, one in json.loads(file.read_text(encoding="utf-8")).items()}


LEADS = {
    "an answer": re.compile(r"/answers/[0-9a-f-]{36}(?=/feedback)"), "a source": re.compile(r"/answers/[0-9a-f-]{36}/sources/\d+"),
    "a draft's form": re.compile(r"/drafts/[0-9a-f-]{36}/form"), "a digest": re.compile(r"/digests/[0-9a-f-]{36}"),
    "a review": re.compile(r"/reviews/[0-9a-f-]{36}"), "two contracts": re.compile(r"/contracts/[0-9a-f-]{36}/[0-9a-f-]{36}"),
    "a chart as a picture": re.compile(r"/answers/[0-9a-f-]{36}/chart.png"),
}  # fmt: skip


def entered(server: Server, home: Path, email: str) -> Visitor:
    """One of the firm's people at the pages, signed in by a printed link."""
    visitor = Visitor(server.url)
    visitor.sign_in(json.loads(tandem(home, "--json", "link", "--as", email))["path"])
    return visitor


def work(server: Server, home: Path, people: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Places]]:
    """Have each of `people` (e-mail, role) say what their role says; yields whom and where that led to, as each is done."""
    for email, role in people:
        visitor, places = entered(server, home, email), Places()
        desk, thread = Desk(visitor, places), ""
        for text in (*EVERYONE, *OF_ROLE.get(role, ())):
            thread = desk.say(text, thread if text in EVERYONE[:4] else "")
            places.threads += [thread] if thread not in places.threads else []
        if role == "rep":
            desk.compare()
        places.note(visitor.get("/reviews").text + visitor.get("/reviews?tab=mine").text)
        visitor.close()
        yield email, places


@dataclass
class Desk:
    """Somebody at the chat page who takes what is offered first."""

    visitor: Visitor
    places: Places

    def say(self, text: str, thread: str = "", files: str = "") -> str:
        """Ask, wait, press on; says in which thread. An angle that is offered is taken; a draft is saved or put before its reviewers."""
        kept = self.visitor.post("/ask", {**self._form("/ask").fields, "text": text, "thread": thread, "files": files}, hx_request="true")
        reply = self._heard(kept.text)
        offers = [form for form in forms(reply) if form.action == "/ask"]
        if "由头" in reply and offers:
            again = self.visitor.post("/ask", offers[0].fields | {"key": str(time.time_ns())}, hx_request="true")
            reply = self._heard(again.text)
        for form in forms(reply):
            if form.action.endswith("/press") and form.fields.get("action") in KEPT:
                pressed = self.visitor.post(form.action, form.fields | {"key": str(time.time_ns())}, hx_request="true")
                self._heard(pressed.text)
                break
        found = THREAD.search(kept.text)
        return found[1] if found else ""

    def compare(self) -> None:
        """Send two versions of a contract."""
        versions = ({"days": "30", "months": "12", "loss": "不"}, {"days": "90", "months": "18", "loss": "亦应"})
        files = [self._file(f"灌装线供货合同v{number}.txt", "\n".join(CLAUSES).format(**one)) for number, one in enumerate(versions, 1)]
        self.say("对比一下这两份合同", files=",".join(files))

    def _file(self, name: str, text: str) -> str:
        form, body = self._form("/ask"), text.encode()
        fields = {"token": form.fields["token"], "name": name, "size": str(len(body)), "said": "1"}
        upload = str(json.loads(self.visitor.post("/files", fields).text)["upload"])
        self.visitor.send(f"/files/{upload}?said=1", body, x_form_token=form.fields["token"])
        return upload

    def _form(self, action: str) -> Form:
        page = self.visitor.get("/").text
        return next(form for form in forms(page) if form.action == action)

    def _heard(self, kept: str) -> str:
        reply = ""
        for turn in SENT.findall(kept):
            stream = self.visitor.get(f"/turns/{turn}/events", accept="text/event-stream").text
            reply = next((data["html"] for event, data in told(stream) if event == "done"), "")
            self.places.note(reply)
        return reply
