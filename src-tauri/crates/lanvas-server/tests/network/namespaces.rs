//! Machines on a switch, made of network namespaces. Everything is removed when
//! the [`Network`] is dropped, also by a panic; what a killed run left behind
//! is removed by the next. The machine's own network is never touched.

use std::{
    process::{Command, Output},
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use super::say;

/// All namespaces are called `lanvas-test-<process>-<number>-<machine>`.
const PREFIX: &str = "lanvas-test-";
static MADE: AtomicU32 = AtomicU32::new(0);

/// Several machines that hear each other and nobody else.
pub(crate) struct Network {
    switch: String,
    machines: Vec<Machine>,
}

/// One machine: a namespace with one network card, `eth0`.
pub(crate) struct Machine {
    pub(crate) namespace: String,
    pub(crate) ip: String,
}

impl Network {
    /// A network of `size` machines. Where none can be made, none, and a line
    /// that says why; with `CI` set that is a failure.
    pub(crate) fn or_skip(size: usize) -> Option<Self> {
        match Self::lay(size) {
            Ok(network) => Some(network),
            Err(why) if std::env::var_os("CI").is_some() => panic!("no network namespaces: {why}"),
            Err(why) => {
                let test = thread::current()
                    .name()
                    .unwrap_or("a network test")
                    .to_owned();
                say(&format!("SKIPPED: {test}: no network namespaces: {why}"));
                None
            }
        }
    }

    pub(crate) fn machines<const N: usize>(&self) -> [&Machine; N] {
        let machines: Vec<_> = self.machines.iter().collect();
        machines
            .try_into()
            .map_err(|_| "another size")
            .expect("as many as were laid")
    }

    /// Puts the machine at `place` (from 1) behind a router, in a network of its own: it is
    /// 10.74.21.1 there, and no multicast passes.
    pub(crate) fn put_behind_a_router(&self, place: usize) -> String {
        let (router, port) = (self.switch.as_str(), format!("port{place}"));
        let machine = &self.machines[place - 1];
        let (name, old) = (machine.namespace.as_str(), format!("{}/24", machine.ip));
        let steps: [&[&str]; 5] = [
            &["-n", router, "link", "set", &port, "nomaster"],
            &[
                "-n",
                router,
                "address",
                "add",
                "10.74.21.254/24",
                "dev",
                &port,
            ],
            &[
                "-n",
                router,
                "address",
                "add",
                "10.74.20.254/24",
                "dev",
                "switch",
            ],
            &["-n", name, "address", "delete", &old, "dev", "eth0"],
            &["-n", name, "address", "add", "10.74.21.1/24", "dev", "eth0"],
        ];
        for step in steps {
            ip(step).expect("the router is set up");
        }
        for (at, machine) in self.machines.iter().enumerate() {
            let way = if at + 1 == place {
                "10.74.21.254"
            } else {
                "10.74.20.254"
            };
            let route = [
                "-n",
                &machine.namespace,
                "route",
                "add",
                "default",
                "via",
                way,
            ];
            ip(&route).expect("a way to the router");
        }
        let forward = "echo 1 > /proc/sys/net/ipv4/ip_forward";
        ip(&["netns", "exec", router, "sh", "-c", forward]).expect("it forwards");
        "10.74.21.1".to_owned()
    }

    fn lay(size: usize) -> Result<Self, String> {
        remove_leftovers();
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("{PREFIX}{}-{number}", std::process::id());
        let mut network = Self {
            switch: format!("{name}-switch"),
            machines: Vec::new(),
        };
        network.make_switch()?;
        for place in 1..=size {
            network.plug_in(format!("{name}-{place}"), place)?;
        }
        Ok(network)
    }

    fn make_switch(&self) -> Result<(), String> {
        ip(&["netns", "add", &self.switch])?;
        ip(&[
            "-n",
            &self.switch,
            "link",
            "add",
            "switch",
            "type",
            "bridge",
        ])?;
        ip(&["-n", &self.switch, "link", "set", "switch", "up"])
    }

    fn plug_in(&mut self, namespace: String, place: usize) -> Result<(), String> {
        let machine = Machine {
            namespace,
            ip: format!("10.74.20.{place}"),
        };
        let (switch, name, port) = (&self.switch, &machine.namespace, &format!("port{place}"));
        ip(&["netns", "add", name])?;
        ip(&[
            "link", "add", "eth0", "netns", name, "type", "veth", "peer", "name", port, "netns",
            switch,
        ])?;
        ip(&["-n", switch, "link", "set", port, "master", "switch", "up"])?;
        ip(&[
            "-n",
            name,
            "address",
            "add",
            &format!("{}/24", machine.ip),
            "dev",
            "eth0",
        ])?;
        // As desktops are set up: the second address stays when the first goes.
        let keep = "echo 1 > /proc/sys/net/ipv4/conf/all/promote_secondaries";
        ip(&["netns", "exec", name, "sh", "-c", keep])?;
        ip(&["-n", name, "link", "set", "lo", "up"])?;
        ip(&["-n", name, "link", "set", "eth0", "up"])?;
        self.machines.push(machine);
        Ok(())
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for machine in &self.machines {
            let _ = ip(&["netns", "delete", &machine.namespace]);
        }
        let _ = ip(&["netns", "delete", &self.switch]);
    }
}

impl Machine {
    /// A command that will run on this machine.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace, program]);
        command
    }

    /// How many UDP datagrams left it since it was made.
    pub(crate) fn datagrams_sent(&self) -> u64 {
        self.counter("Udp: ", "OutDatagrams")
    }

    /// How many TCP connections its programs began since it was made.
    pub(crate) fn connections_opened(&self) -> u64 {
        self.counter("Tcp: ", "ActiveOpens")
    }

    fn counter(&self, protocol: &str, name: &str) -> u64 {
        let counters = self
            .command("cat")
            .arg("/proc/net/snmp")
            .output()
            .expect("cat runs");
        let counters = String::from_utf8(counters.stdout).expect("text");
        let mut lines = counters
            .lines()
            .filter_map(|line| line.strip_prefix(protocol));
        let (names, values) = (lines.next().expect("names"), lines.next().expect("values"));
        let mut both = names.split(' ').zip(values.split(' '));
        let sent = both.find(|(each, _)| *each == name).expect("the counter").1;
        sent.parse().expect("a number")
    }

    /// Switches a firewall on that drops what comes in and matches `what`, in
    /// nftables' words, such as `udp dport 5353`.
    pub(crate) fn drop_incoming(&self, what: &str) {
        self.drop("input", what);
    }

    /// As a switch or Wi-Fi that lets no multicast of this machine pass, either way.
    pub(crate) fn drop_multicast(&self) {
        for way in ["input", "output"] {
            self.drop(way, "udp dport 5353");
        }
    }

    fn drop(&self, way: &str, what: &str) {
        let rules = format!(
            "add table inet lanvas-test; \
             add chain inet lanvas-test {way} {{ type filter hook {way} priority 0; }}; \
             add rule inet lanvas-test {way} {what} drop"
        );
        let output = self.command("nft").arg(rules).output().expect("nft runs");
        assert!(output.status.success(), "{output:?}");
    }

    /// Gives it an interface of that name and address, as containers and VPNs do.
    pub(crate) fn add_interface(&self, interface: &str, address: &str) {
        let (name, end) = (self.namespace.as_str(), format!("{interface}-end"));
        let address = format!("{address}/24");
        let steps: [&[&str]; 4] = [
            &[
                "-n", name, "link", "add", interface, "type", "veth", "peer", "name", &end,
            ],
            &["-n", name, "address", "add", &address, "dev", interface],
            &["-n", name, "link", "set", &end, "up"],
            &["-n", name, "link", "set", interface, "up"],
        ];
        for step in steps {
            ip(step).expect("an interface");
        }
    }

    /// Gives it one more address.
    pub(crate) fn add_address(&self, address: &str) {
        self.change_address("add", address);
    }

    /// Takes an address from it.
    pub(crate) fn remove_address(&self, address: &str) {
        self.change_address("delete", address);
    }

    fn change_address(&self, what: &str, address: &str) {
        let (name, address) = (self.namespace.as_str(), format!("{address}/24"));
        let change = ["-n", name, "address", what, &address, "dev", "eth0"];
        ip(&change).expect("an address of eth0");
    }

    /// As time does: which hardware is at which address is asked anew.
    pub(crate) fn forget_neighbours(&self) {
        ip(&["-n", &self.namespace, "neighbour", "flush", "all"]).expect("it forgets");
    }

    /// Puts the cable back.
    pub(crate) fn plug_in(&self) {
        ip(&["-n", &self.namespace, "link", "set", "eth0", "up"]).expect("eth0 goes up");
    }

    /// Pulls the cable.
    pub(crate) fn unplug(&self) {
        ip(&["-n", &self.namespace, "link", "set", "eth0", "down"]).expect("eth0 goes down");
    }
}

/// Namespaces of runs that were killed before they could clean up.
fn remove_leftovers() {
    let Ok(list) = Command::new("ip").args(["netns", "list"]).output() else {
        return;
    };
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    for name in list.lines().filter_map(|line| line.split(' ').next()) {
        let process = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('-').next());
        if process.is_some_and(|id| !std::path::Path::new("/proc").join(id).exists()) {
            let _ = ip(&["netns", "delete", name]);
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let Output { status, stderr, .. } = Command::new("ip")
        .args(arguments)
        .output()
        .map_err(|error| format!("ip: {error}"))?;
    let why = || {
        format!(
            "ip {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&stderr).trim()
        )
    };
    status.success().then_some(()).ok_or_else(why)
}
