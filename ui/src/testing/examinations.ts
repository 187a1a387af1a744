/** What the connection doctor can find, for looking at its sheet: usual, the most that can come at once, and nothing. */
import type { Examination, Finding } from "../platform/host";

const finding = (code: string, level: Finding["level"], says: string, action = ""): Finding => ({ code, level, says, action });

const USUAL: readonly Finding[] = [
  finding("device_page_only", "problem", "The device at 192.168.1.20 opened the page and got no live connection.", "On that device, switch off a VPN, a proxy or a data saver, then test again."),
  finding("tunnel", "notice", "A VPN or tunnel is on (wg0); many of them cut a computer off from its own network.", "If nobody gets in, switch it off and try again."),
  finding("one_network", "good", "Others reach this computer at 192.168.1.5 (wlan0)."),
  finding("hub_answers", "good", "A session is hosted here on port 7420."),
];

const MANY: readonly Finding[] = [
  finding("multicast_blocked", "problem", "This computer does not hear its own announcement: something on it, likely a firewall, drops multicast.", "Let UDP port 5353 in. Until then, give people the link or its QR code."),
  ...USUAL.slice(0, 1),
  finding("several_networks", "notice", "This computer is on several networks: 192.168.1.5 (wlan0), 10.0.0.7 (enp0s31f6), 169.254.20.4 (enx00e04c680001).", "Give people the address of the network that they are on, too."),
  finding("self_given_address", "notice", "No router gave this computer an address, so it made up 169.254.20.4 (enx00e04c680001).", "Check the cable or the Wi-Fi's password, unless the two computers are joined by a cable alone."),
  ...USUAL.slice(1, 2),
  finding("usual_port_taken", "notice", "Another program has the usual port 7420, so the session took 7421.", "Give people the whole link with the number after the colon."),
  finding("firewall_firewalld", "notice", "The firewall firewalld is on; only a test from another device shows whether it lets people in.", "Let Lanvas in: sudo firewall-cmd --permanent --add-port=7421/tcp --add-service=mdns && sudo firewall-cmd --reload"),
  finding("device_slow", "notice", "The device at fd12:3456:789a:1:2aa:ff:fe9a:4ca2 can join: 412 ms there and back, 0.3 MB a second.", "Its network is slow: bring it nearer to the Wi-Fi, or use a cable for the host."),
  finding("hub_answers", "good", "A session is hosted here on port 7421."),
  finding("not_announced", "good", "Sessions are not announced on 172.17.0.1 (docker0), 192.168.122.1 (virbr0): that leads to containers or virtual machines of this computer."),
];

const NOTHING: readonly Finding[] = [
  finding("no_network", "problem", "This computer is on no network that others could be on.", "Join a Wi-Fi or plug in a cable."),
  finding("no_hub", "notice", "No session is hosted on this computer.", "Start a session, then look again."),
];

const link = { testLink: "http://192.168.1.5:7420/test", joinCode: "acorn-alley-acorn" };

export const EXAMINATIONS: Readonly<Record<"usual" | "many" | "nothing", Examination>> = {
  usual: { findings: USUAL, ...link },
  many: { findings: MANY, ...link },
  nothing: { findings: NOTHING, testLink: null, joinCode: null },
};
