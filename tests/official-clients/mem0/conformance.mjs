// The official client, every method of it, against the server at MEM0_HOST. One line "ok NAME" for each method; the first failure ends the run.
import assert from "node:assert/strict";
import { MemoryClient, MemoryNotFoundError, AuthenticationError, ValidationError } from "mem0ai";

const host = process.env.MEM0_HOST;
const client = new MemoryClient({ apiKey: process.env.MEM0_API_KEY, host });

const check = async (name, run) => {
  await run();
  console.log(`ok ${name}`);
};

// There is no method for events: the client's own fetch asks for them.
const settled = async (eventId) => {
  for (let attempt = 0; attempt < 200; attempt++) {
    const event = await client._fetchWithErrorHandling(`${host}/v1/event/${eventId}/`, { headers: client.headers });
    if (event.status === "SUCCEEDED" || event.status === "FAILED") {
      return event;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the event never settled");
};

const gone = async (isMeant) => {
  for (let attempt = 0; (await client.users()).results.some(isMeant); attempt++) {
    assert.ok(attempt < 200, "an entity never went");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const ids = [];
const user = "maya/ops & co?";

await check("ping", () => client.ping());

await check("add without inference", async () => {
  const added = await client.add(
    [{ role: "user", content: "How do I refund a UPI payment?" }, { role: "assistant", content: "Open the payment and choose Refund." }],
    { userId: user, agentId: "bot", infer: false, metadata: { query_hash: "h1", camelCase: 1, snake_case: 2 }, expirationDate: "2099-12-31" });
  assert.equal(added.status, "SUCCEEDED");
  assert.equal(added.results.length, 2);
  ids.push(...added.results.map((result) => result.id));
});

await check("add with inference", async () => {
  const added = await client.add([{ role: "user", content: "I prefer to be called on weekdays only." }], { userId: "inferred" });
  assert.equal(added.status, "PENDING");
  const event = await settled(added.eventId);
  assert.equal(event.results[0].data.memory, "I prefer to be called on weekdays only.");
});

await check("get", async () => {
  const memory = await client.get(ids[0]);
  assert.equal(memory.memory, "How do I refund a UPI payment?");
  assert.deepEqual(memory.metadata, { query_hash: "h1", camelCase: 1, snake_case: 2 });
  assert.equal(memory.userId, user);
  assert.equal(memory.expirationDate, "2099-12-31");
});

await check("getAll", async () => {
  const page = await client.getAll({ filters: { AND: [{ user_id: user }, { metadata: { query_hash: "h1" } }] }, page: 1, pageSize: 1, showExpired: true });
  assert.equal(page.count, 2);
  assert.equal(page.results.length, 1);
  assert.ok(page.next.startsWith(host));
  await assert.rejects(client.getAll({ filters: {} }), ValidationError);
  await assert.rejects(client.getAll({ filters: { user_id: user }, page: 9 }), MemoryNotFoundError);
});

await check("search", async () => {
  const found = await client.search("refund a payment", { filters: { user_id: user }, topK: 5, threshold: 0.1, rerank: false });
  assert.equal(found.results[0].memory, "How do I refund a UPI payment?");
  assert.ok(found.results[0].score > 0.3 && found.results[0].score <= 1);
  assert.ok("bm25" in found.results[0].scoreBreakdown);
});

await check("update", async () => {
  const updated = await client.update(ids[0], { text: "How are UPI payments refunded?", metadata: { query_hash: "h2" }, expirationDate: null });
  assert.equal(updated.memory, "How are UPI payments refunded?");
  assert.equal(updated.expirationDate, null);
});

await check("history", async () => {
  const history = await client.history(ids[0]);
  assert.deepEqual(history.map((entry) => entry.event), ["ADD", "UPDATE"]);
  assert.equal(history[1].oldMemory, "How do I refund a UPI payment?");
});

await check("feedback", async () => {
  const given = await client.feedback({ memoryId: ids[0], feedback: "POSITIVE", feedbackReason: "right" });
  assert.equal(given.feedbackReason, "right");
});

await check("batchUpdate", async () => {
  const answer = await client.batchUpdate([{ memoryId: ids[1], text: "Choose Refund." }]);
  assert.equal(answer.message, "Successfully updated 1 memories");
  await assert.rejects(client.batchUpdate(Array.from({ length: 1001 }, () => ({ memoryId: ids[1], text: "x" }))), /1000/);
});

await check("users", async () => {
  const users = await client.users({ page: 1, pageSize: 50 });
  assert.ok(users.results.some((entity) => entity.type === "user" && entity.name === user && entity.totalMemories === 2));
});

await check("exports", async () => {
  const made = await client.createMemoryExport({ schema: { type: "object", properties: { facts: { type: "array", items: { type: "string" } } } }, filters: { AND: [{ user_id: user }] } });
  const fetched = await client.getMemoryExport({ memoryExportId: made.id });
  assert.equal(fetched.facts.length, 2);
  const again = await client.getMemoryExport({ filters: { AND: [{ user_id: user }] } });
  assert.deepEqual(again, fetched);
});

await check("project", async () => {
  await client.updateProject({ customInstructions: "Be brief.", customCategories: [{ snake_name: "kept as it is" }] });
  const project = await client.getProject({ fields: ["customInstructions", "customCategories"] });
  assert.equal(project.customInstructions, "Be brief.");
  assert.deepEqual(project.customCategories, [{ snake_name: "kept as it is" }]);
});

await check("webhooks", async () => {
  const made = await client.createWebhook({ name: "hook", url: "http://localhost/x", eventTypes: ["memory_add"] });
  await client.updateWebhook({ webhookId: made.webhookId, name: "renamed" });
  const [kept] = await client.getWebhooks();
  assert.deepEqual([kept.name, kept.eventTypes], ["renamed", ["memory_add"]]);
  await client.deleteWebhook({ webhookId: made.webhookId });
  assert.equal((await client.getWebhooks()).length, 0);
});

await check("profiles", async () => {
  const settings = await client.updateProfileSettings({ enabled: true, schema: { type: "object", properties: { snake_name: { type: "string" } } } });
  assert.ok(settings.entities.user.schema.properties.snake_name);
  assert.equal((await client.getProfileSettings()).enabled, true);
  assert.equal((await client.getProfile({ entityId: user })).status, "insufficient_data");
  const job = await client.generateProfile({ entityId: user, idempotencyKey: "job/1" });
  assert.equal((await client.getProfileJob(job.statusUrl)).job.status, "succeeded");
  assert.equal((await client.generateProfile({ entityId: user, idempotencyKey: "job/1" })).replayed, true);
  assert.equal((await client.getProfile({ entityId: user })).status, "succeeded");
  const sample = await client.sampleProfiles({ limit: 1 });
  assert.equal(sample.entityIds.length, 1);
});

await check("delete", async () => {
  assert.equal((await client.delete(ids[1])).message, "Memory deleted successfully!");
  assert.equal((await client.delete(ids[0], { deleteLinked: true })).cascadeCount, 0);
  await assert.rejects(client.get(ids[0]), MemoryNotFoundError);
  await assert.rejects(client.get("no-uuid"), ValidationError);
});

await check("batchDelete", async () => {
  const added = await client.add([{ role: "user", content: "one" }, { role: "user", content: "two" }], { userId: "batch", infer: false });
  const answer = await client.batchDelete(added.results.map((result) => result.id));
  assert.equal(answer.message, "Successfully deleted 2 memories");
});

await check("deleteAll", async () => {
  await client.add([{ role: "user", content: "soon gone" }], { userId: user, infer: false });
  await settled((await client.deleteAll({ userId: user })).eventId);
  assert.equal((await client.getAll({ filters: { user_id: user } })).count, 0);
  await assert.rejects(client.deleteAll({}), ValidationError);
});

await check("deleteUsers", async () => {
  await client.deleteUsers({ userId: user });
  await gone((entity) => entity.name === user);
  await client.deleteUsers();
  await gone(() => true);
});

await check("deleteUser", async () => {
  await client.add([{ role: "user", content: "by number" }], { userId: "numbered", infer: false });
  const entity = (await client.users()).results.find((item) => item.name === "numbered");
  await client.deleteUser({ entity_id: entity.id, entity_type: "user" });
});

await check("a wrong key", async () => {
  const stranger = new MemoryClient({ apiKey: "wrong", host });
  await assert.rejects(stranger.get(ids[0]), AuthenticationError);
});
