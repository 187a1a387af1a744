"""Twenty people who type: each keeps one edit on its way, by the hub's JSON encoding (protocol R30 to R34).

    python3 typists.py ws://127.0.0.1:7420/ws/ID  people  edits_a_second  units_to_begin_with

Says "ready" on standard output when the notes are as long as wanted, and types until it is ended.
"""

import asyncio
import json
import random
import sys

import websockets

URL, PEOPLE, RATE, UNITS = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
CHUNK = 40_000
LINE = "The quick brown fox jumps over the lazy dog, and the dog goes on sleeping.\n"


class Typist:
    """Knows only how long the notes are and how far the order has come."""

    def __init__(self, name):
        self.name, self.length, self.number, self.seq, self.sent = name, 0, 0, 0, None
        self.answered = asyncio.Event()

    async def come(self):
        self.socket = await websockets.connect(URL, subprotocols=["lanvas.v1.json"], max_size=None)
        await self.socket.send(json.dumps({"type": "hello", "name": self.name}))
        while (message := json.loads(await self.socket.recv()))["type"] != "caught_up":
            self.hear(message)
        asyncio.create_task(self.listen())

    async def listen(self):
        async for text in self.socket:
            self.hear(json.loads(text))

    def hear(self, message):
        kind = message["type"]
        if kind == "welcomed":
            self.seq = message["seq"]
        elif kind == "snapshot":
            self.number = message["number"]
            if "rest" in message:
                self.length = len(message["rest"]["notes"].encode("utf-16-le")) // 2
        elif kind == "applied":
            self.number = message["number"]
            if message["operation"]["type"] == "edit_notes":
                for part in message["operation"]["changes"]:
                    if not isinstance(part, int):
                        self.length += (len(part[1]) if len(part) > 1 else 0) - part[0]
        elif kind == "confirmed":
            self.number = message["number"]
            self.length += self.sent
            self.answered.set()
        elif kind == "refused" and "seq" in message:
            self.answered.set()

    async def insert(self, at, text):
        self.seq, self.sent = self.seq + 1, len(text)
        self.answered.clear()
        changes = [part for part in (at, [0, text], self.length - at) if part != 0]
        operation = {"type": "edit_notes", "base": self.number, "changes": changes}
        await self.socket.send(json.dumps({"type": "submit", "seq": self.seq, "operation": operation}))
        await self.answered.wait()

    async def type(self):
        while True:
            await asyncio.sleep(random.expovariate(RATE))
            at = random.randint(0, self.length)
            await self.insert(at, random.choice("abcdefghij "))
            caret = {"base": self.number, "anchor": min(at + 1, self.length), "head": min(at + 1, self.length)}
            await self.socket.send(json.dumps({"type": "show_presence", "typing": False, "caret": caret}))


async def main():
    typists = [Typist(f"Typist {number}") for number in range(PEOPLE)]
    await typists[0].come()
    while typists[0].length < UNITS:
        await typists[0].insert(typists[0].length, (LINE * (CHUNK // len(LINE) + 1))[: min(CHUNK, UNITS - typists[0].length)])
    for typist in typists[1:]:
        await typist.come()
    print("ready", flush=True)
    await asyncio.gather(*(typist.type() for typist in typists))


asyncio.run(main())
