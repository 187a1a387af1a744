"""Joins a Lanvas session knowing only its link: draws, talks, reads, watches.

Usage: stranger.py http://192.168.1.5:7420/s/k3f9x2abcd [name]     (needs: websockets)
"""
import asyncio, json, sys, urllib.request
from websockets import connect


async def main(link, name):
    base, session = link.rsplit("/s/", 1)
    async with connect(base.replace("http", "ws", 1) + "/ws/" + session) as socket:
        say = lambda **message: socket.send(json.dumps(message))
        await say(type="hello", name=name)
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "welcomed":
                me, number = message["replica"], message["number"]
            elif message["type"] == "caught_up":
                stroke = {"kind": "stroke", "width": 6, "points": [[0, 0], [60, 40], [120, 0]]}
                shape = {"id": f"py-{me}", "x": 80, "y": 80, "z": 1, "color": "#2f9e44", "body": stroke}
                await say(type="submit", seq=1, operation={"type": "add_shapes", "shapes": [shape]})
                await say(type="submit", seq=2, operation={"type": "post_message", "text": f"{name} was here"})
            elif message["type"] == "confirmed" and message["seq"] == 2:
                with urllib.request.urlopen(f"{base}/api/sessions/{session}/messages?limit=5") as page:
                    print("latest:", [said["text"] for said in json.load(page)["messages"]], flush=True)
            elif message["type"] == "applied":
                print("somebody:", json.dumps(message["operation"]), flush=True)


asyncio.run(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "Stranger"))
