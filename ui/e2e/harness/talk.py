"""Says `count` numbered messages in a session and waits until all are on the hub's disk: a long evening in seconds.

Usage: talk.py ws://192.168.1.5:7420/ws/k3f9x2abcd count
"""
import asyncio, json, sys
from websockets import connect


async def main(link, count):
    async with connect(link) as socket:
        await socket.send(json.dumps({"type": "hello", "name": "Talker"}))
        for seq in range(1, count + 1):
            operation = {"type": "post_message", "text": f"Message {seq}."}
            await socket.send(json.dumps({"type": "submit", "seq": seq, "operation": operation}))
        last = None
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "confirmed" and message["seq"] == count:
                last = message["number"]
            if last is not None and message["type"] == "stored" and message["number"] >= last:
                return


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
