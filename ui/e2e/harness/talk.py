"""Says `count` numbered messages in a session and waits until all are on the hub's disk: a long evening in seconds.

One person may only say so much at once, so many take turns.

Usage: talk.py ws://192.168.1.5:7420/ws/k3f9x2abcd count
"""
import asyncio, json, sys
from websockets import connect

AT_ONCE = 20


async def say(link, first, last):
    async with connect(link) as socket:
        await socket.send(json.dumps({"type": "hello", "name": "Talker"}))
        for seq, number in enumerate(range(first, last + 1), 1):
            operation = {"type": "post_message", "text": f"Message {number}."}
            await socket.send(json.dumps({"type": "submit", "seq": seq, "operation": operation}))
        end = None
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "confirmed" and message["seq"] == last - first + 1:
                end = message["number"]
            if end is not None and message["type"] == "stored" and message["number"] >= end:
                return


async def main(link, count):
    for first in range(1, count + 1, AT_ONCE):
        await say(link, first, min(first + AT_ONCE - 1, count))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
