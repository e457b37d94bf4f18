// The official client against the sandbox's front. Prints "ok NAME" for each check and ends with 1 at the first that fails.
// Takes UPSTASH_REDIS_REST_URL and UPSTASH_REDIS_REST_TOKEN; SERVER=redis-server adds what Garnet has no commands for.
import assert from "node:assert/strict";
import { Redis } from "@upstash/redis";

const url = process.env.UPSTASH_REDIS_REST_URL;
const token = process.env.UPSTASH_REDIS_REST_TOKEN;
const onRedisServer = process.env.SERVER === "redis-server";
const redis = new Redis({ url, token, retry: false });
const plain = new Redis({ url, token, retry: false, responseEncoding: false, automaticDeserialization: false, enableAutoPipelining: false });

const checks = {
  async "text, unicode and objects come back as they went"() {
    assert.equal(await redis.set("text", "grüße 😀 \"quoted\"\n"), "OK");
    assert.equal(await redis.get("text"), "grüße 😀 \"quoted\"\n");
    await redis.set("object", { a: [1, null, "x"] });
    assert.deepEqual(await redis.get("object"), { a: [1, null, "x"] });
    assert.equal(await redis.get("absent"), null);
  },

  async "the text OK is not taken for the status OK"() {
    await redis.set("ok", "OK");
    assert.equal(await redis.get("ok"), "OK");
    assert.equal(await plain.get("ok"), "OK");
  },

  async "set takes its options"() {
    assert.equal(await redis.set("option", "1", { ex: 100, nx: true }), "OK");
    assert.equal(await redis.set("option", "2", { nx: true }), null);
    assert.equal(await redis.set("option", "3", { get: true, keepTtl: true }), 1);
    assert.ok((await redis.ttl("option")) > 90);
  },

  async "commands of one tick travel as one pipeline and answer each for itself"() {
    await redis.set("tick", "text");
    const answers = await Promise.allSettled([redis.get("tick"), redis.incr("tick"), redis.exists("tick", "absent"), redis.strlen("tick")]);
    assert.deepEqual(answers.map(answer => answer.status), ["fulfilled", "rejected", "fulfilled", "fulfilled"]);
    assert.match(answers[1].reason.message, /not an integer/);
    assert.deepEqual([answers[0].value, answers[2].value, answers[3].value], ["text", 1, 4]);
  },

  async "two thousand commands of one tick come back in order"() {
    const numbers = [...Array(2000).keys()];
    await Promise.all(numbers.map(number => redis.set(`many:${number}`, number)));
    assert.deepEqual(await Promise.all(numbers.map(number => redis.get(`many:${number}`))), numbers);
    await redis.unlink(...numbers.map(number => `many:${number}`));
  },

  async "mget and mset"() {
    assert.equal(await redis.mset({ "m:1": "a", "m:2": { b: 1 } }), "OK");
    assert.deepEqual(await redis.mget("m:1", "absent", "m:2"), ["a", null, { b: 1 }]);
  },

  async "a pipeline keeps going past an error when asked to"() {
    const [set, error, get] = await redis.pipeline().set("p", "x").lpush("p", "y").get("p").exec({ keepErrors: true });
    assert.equal(set.result, "OK");
    assert.match(error.error, /WRONGTYPE/);
    assert.equal(get.result, "x");
  },

  async "a transaction is atomic and tells its results in order"() {
    assert.deepEqual(await redis.multi().set("t", 1).incr("t").get("t").exec(), ["OK", 2, 2]);
    await assert.rejects(redis.multi().set("t", 9).set("k".repeat(32 * 1024 + 1), 1).exec(), /EXECABORT/);
    assert.equal(await redis.get("t"), 2);
  },

  async "hashes"() {
    assert.equal(await redis.hset("h", { a: "1", b: { c: 2 }, "ü": "x" }), 3);
    assert.deepEqual(await redis.hgetall("h"), { a: 1, b: { c: 2 }, "ü": "x" });
    assert.equal(await redis.hget("h", "absent"), null);
    assert.deepEqual(await redis.hmget("h", "a", "absent"), { a: 1, absent: null });
    assert.equal(await redis.hincrby("h", "a", 4), 5);
    const [cursor, fields] = await redis.hscan("h", 0);
    assert.deepEqual([cursor, fields.length], ["0", 6]);
    assert.equal(await redis.hlen("h"), 3);
    assert.equal(await redis.hdel("h", "a", "b"), 2);
  },

  async "sorted sets"() {
    assert.equal(await redis.zadd("z", { score: 1, member: "one" }, { score: 2.5, member: { two: 2 } }), 2);
    assert.deepEqual(await redis.zrange("z", 0, -1, { withScores: true }), ["one", 1, { two: 2 }, 2.5]);
    assert.equal(await redis.zscore("z", "one"), 1);
    assert.equal(await redis.zrank("z", { two: 2 }), 1);
    assert.equal(await redis.zincrby("z", 0.5, "one"), 1.5);
    assert.deepEqual(await redis.zrange("z", 0, 2, { byScore: true }), ["one"]);
    assert.equal(await redis.zremrangebyscore("z", 0, 2), 1);
    assert.equal(await redis.zcard("z"), 1);
  },

  async "lists and sets"() {
    assert.equal(await redis.rpush("l", "a", { b: 1 }, 3), 3);
    assert.deepEqual(await redis.lrange("l", 0, -1), ["a", { b: 1 }, 3]);
    assert.equal(await redis.lpop("l"), "a");
    assert.equal(await redis.sadd("s", "a", "b"), 2);
    assert.deepEqual((await redis.smembers("s")).sort(), ["a", "b"]);
    assert.equal(await redis.sismember("s", "c"), 0);
  },

  async "scan walks every key once the cursor is 0 again"() {
    await redis.mset(Object.fromEntries([...Array(300).keys()].map(number => [`scan:${number}`, number])));
    const seen = new Set();
    let cursor = "0";
    do {
      const [next, keys] = await redis.scan(cursor, { match: "scan:*", count: 50 });
      keys.forEach(key => seen.add(key));
      cursor = next;
      assert.equal(typeof cursor, "string");
    } while (cursor !== "0");
    assert.equal(seen.size, 300);
  },

  async "scan tells types when asked"() {
    await redis.hset("typed:h", { a: 1 });
    await redis.set("typed:s", 1);
    const [, keys] = await redis.scan(0, { match: "typed:*", count: 10000, withType: true });
    const types = keys.map(entry => [entry.key, entry.type]).sort();
    assert.deepEqual(types, [["typed:h", "hash"], ["typed:s", "string"]]);
  },

  async "times to live"() {
    await redis.set("ttl", "x");
    assert.equal(await redis.ttl("ttl"), -1);
    assert.equal(await redis.ttl("absent"), -2);
    assert.equal(await redis.expire("ttl", 100), 1);
    assert.equal(await redis.expire("ttl", 50, "GT"), 0);
    const left = await redis.pttl("ttl");
    assert.ok(left > 90_000 && left <= 100_000);
    assert.equal(await redis.persist("ttl"), 1);
    await redis.setex("ttl", 20, "y");
    assert.ok((await redis.ttl("ttl")) <= 20);
    assert.equal(await redis.type("ttl"), "string");
  },

  async "scripts"() {
    assert.deepEqual(await redis.eval("return {KEYS[1], ARGV[1], 7, {false, 'x'}}", ["k"], ["v"]), ["k", "v", 7, [null, "x"]]);
    const sha = await redis.scriptLoad("return redis.call('SET', KEYS[1], ARGV[1])");
    assert.match(sha, /^[0-9a-f]{40}$/);
    assert.equal(await redis.evalsha(sha, ["script"], ["1"]), "OK");
    assert.deepEqual(await redis.scriptExists(sha, "0".repeat(40)), [1, 0]);
    await assert.rejects(redis.eval("return redis.call('NOPE')", [], []), /ERR|Error|Unknown|unknown/);
  },

  async "keys, dbsize, rename, getdel, del, ping, echo, time"() {
    await redis.set("keys:1", "x");
    assert.deepEqual(await redis.keys("keys:*"), ["keys:1"]);
    assert.ok((await redis.dbsize()) > 0);
    assert.equal(await redis.rename("keys:1", "keys:2"), "OK");
    assert.equal(await redis.getdel("keys:2"), "x");
    assert.equal(await redis.del("keys:2"), 0);
    assert.equal(await redis.ping(), "PONG");
    assert.equal(await redis.echo("OK"), "OK");
    assert.equal((await redis.time()).length, 2);
  },

  async "errors are the client's own and a wrong token is one"() {
    await redis.set("wrong", "x");
    await assert.rejects(redis.lpush("wrong", "y"), { name: "UpstashError" });
    await assert.rejects(new Redis({ url, token: "nope", retry: false }).get("x"), /WRONGPASS/);
  },

  async "without base64 the same values come"() {
    await redis.set("plain", "grüße");
    assert.equal(await plain.get("plain"), "grüße");
    assert.deepEqual(await plain.mget("plain", "absent"), ["grüße", null]);
  },

  async "integers beyond 2^53 survive as text"() {
    await plain.set("big", "9007199254740993");
    assert.equal(await plain.get("big"), "9007199254740993");
  },
};

const onRedisServerOnly = {
  async "a subscription hears messages and ends when told"() {
    const heard = [];
    const subscription = redis.subscribe(["news", "sport"]);
    await events(subscription, "subscribe", 2);
    const all = new Promise(resolve => subscription.on("message", message => heard.push(message) === 2 && resolve()));
    assert.equal(await redis.publish("news", { a: [1, 2] }), 1);
    assert.equal(await redis.publish("sport", "plain text, with commas"), 1);
    await all;
    assert.deepEqual(heard, [{ channel: "news", message: { a: [1, 2] } }, { channel: "sport", message: "plain text, with commas" }]);
    await subscription.unsubscribe();
    await until(async () => (await redis.publish("news", "x")) === 0);
  },

  async "a pattern subscription names its pattern"() {
    const subscription = redis.psubscribe(["pattern:*"]);
    await events(subscription, "psubscribe", 1);
    const message = new Promise((resolve, reject) => {
      subscription.on("error", reject);
      subscription.on("pmessage", resolve);
    });
    // The client reads a pattern's payload as JSON only.
    await redis.publish("pattern:1", { a: "x,y" });
    assert.deepEqual(await message, { pattern: "pattern:*", channel: "pattern:1", message: { a: "x,y" } });
    await subscription.unsubscribe();
  },

  async "copy, touch, randomkey, bits, geo and streams"() {
    await redis.set("copy", "x");
    assert.equal(await redis.copy("copy", "copied"), "COPIED");
    assert.equal(await redis.touch("copy", "absent"), 1);
    assert.equal(typeof (await redis.randomkey()), "string");
    assert.deepEqual([await redis.setbit("bits", 7, 1), await redis.getbit("bits", 7), await redis.bitcount("bits", 0, -1)], [0, 1, 1]);
    await redis.geoadd("geo", { longitude: 13.361389, latitude: 38.115556, member: "Palermo" });
    assert.equal((await redis.geopos("geo", "Palermo")).length, 1);
    const id = await redis.xadd("stream", "*", { field: "value" });
    assert.deepEqual(await redis.xrange("stream", "-", "+"), { [id]: { field: "value" } });
  },

  async "flushdb empties"() {
    assert.equal(await redis.flushdb(), "OK");
    assert.equal(await redis.dbsize(), 0);
  },
};

function events(subscription, name, count) {
  return new Promise((resolve, reject) => {
    subscription.on("error", reject);
    subscription.on(name, () => --count === 0 && resolve());
  });
}

function late() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("not within 20 s")), 20_000).unref());
}

async function until(condition) {
  const end = Date.now() + 5000;
  while (!(await condition())) {
    assert.ok(Date.now() < end, "not in time");
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

for (const [name, check] of Object.entries({ ...checks, ...(onRedisServer ? onRedisServerOnly : {}) })) {
  try {
    await Promise.race([check(), late()]);
    console.log(`ok ${name}`);
  } catch (error) {
    console.error(`failed ${name}\n${error.stack}`);
    process.exit(1);
  }
}

process.exit(0);
