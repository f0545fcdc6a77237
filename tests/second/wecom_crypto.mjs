// WeCom's own encryption, for the tests: one list of questions in, one list of answers out, both as a line of JSON.
// {do: "encrypt", key, message, id} -> ciphertext; {do: "decrypt", key, encrypt} -> {message, id}; {do: "sign", token, timestamp, nonce, encrypt} -> signature
import { createInterface } from "node:readline";
import crypto from "@wecom/crypto";

const answer = {
  encrypt: ({ key, message, id }) => crypto.encrypt(key, message, id),
  decrypt: ({ key, encrypt }) => {
    const { message, id } = crypto.decrypt(key, encrypt);
    return { message, id };
  },
  sign: ({ token, timestamp, nonce, encrypt }) => crypto.getSignature(token, timestamp, nonce, encrypt),
};

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(JSON.parse(line).map((asked) => answer[asked.do](asked))));
}
