// The vendor's own client of the long connection: answers what comes in by the first word of its text, and tells what it saw and got.
// First line in: {url, botId, secret}. Lines out: {saw, ...}.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import AiBot from "@wecom/aibot-node-sdk";

const tell = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { url, botId, secret, pieces } = JSON.parse((await lines.next()).value);

const client = new AiBot.WSClient({
  botId, secret, wsUrl: url, heartbeatInterval: 5000, reconnectInterval: 20, maxAuthFailureAttempts: 0, logger: quiet,
});
const card = (task) => ({
  card_type: "button_interaction", main_title: { title: "选一个" }, button_list: [{ text: "好", key: "m:0" }, { text: "不", key: "m:1" }],
  task_id: task,
});
const trying = (name, done) => done.then(
  (frame) => tell({ saw: name, errcode: frame.errcode, body: frame.body ?? null }),
  (wrong) => tell({ saw: name, errcode: wrong.errcode ?? -1, why: wrong.errmsg ?? wrong.message }),
);

client.on("authenticated", () => tell({ saw: "authenticated" }));
client.on("error", (wrong) => tell({ saw: "error", why: wrong.message }));
client.on("event.disconnected_event", () => tell({ saw: "kicked" }));
client.on("message.text", async (frame) => {
  const said = frame.body.text.content;
  if (said.startsWith("stream")) {
    await trying("first", client.replyStream(frame, "s1", "在查…", false, undefined, { id: "answer-1" }));
    await trying("last", client.replyStreamWithCard(frame, "s1", "好了", true, { templateCard: card("task-1") }));
    await trying("after", client.replyStream(frame, "s1", "再来", true));
  } else if (said.startsWith("long")) {
    await trying("long", client.replyStream(frame, "s2", "汉".repeat(6827), true));
  } else if (said.startsWith("push")) {
    await trying("push", client.sendMessage(frame.body.from.userid, { msgtype: "markdown", markdown: { content: "**早**" } }));
    await trying("stranger", client.sendMessage("nobody", { msgtype: "markdown", markdown: { content: "早" } }));
    await trying("text", client.sendMessage(frame.body.from.userid, { msgtype: "text", text: { content: "早" } }));
  } else {
    const file = Buffer.alloc(pieces * 512 * 1024 - 7, "pdf");
    const done = await client.uploadMedia(file, { type: "file", filename: "报价.pdf" });
    await trying("file", client.replyMedia(frame, "file", done.media_id));
    tell({ saw: "digest", sha: createHash("sha256").update(file).digest("hex"), media: done.media_id });
  }
});
client.on("message.file", async (frame) => {
  const { buffer, filename } = await client.downloadFile(frame.body.file.url, frame.body.file.aeskey);
  tell({ saw: "downloaded", name: filename, text: buffer.toString("utf8") });
});
client.on("event.enter_chat", (frame) => trying("welcome", client.replyWelcome(frame, { msgtype: "text", text: { content: "您好" } })));
client.on("event.template_card_event", (frame) => trying("update", client.updateTemplateCard(frame, {
  card_type: "text_notice", main_title: { title: "选了好" }, task_id: frame.body.event.template_card_event.task_id,
  card_action: { type: 1, url: "https://work.weixin.qq.com" },
})));
client.on("event.feedback_event", (frame) => tell({ saw: "judged", told: frame.body.event.feedback_event }));
client.connect();
await lines.next();
client.disconnect();
