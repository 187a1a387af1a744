//! The command line, as people and scripts rely on it.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand, ValueEnum};
use lanvas_hub::{
    access::DnsName,
    is_title,
    storage::{HISTORY_BYTES_DEFAULT, HISTORY_MIB},
};
use lanvas_protocol::{SessionId, limits::TITLE_LENGTH_MAX};

use crate::sealed::TrustArguments;

/// Bytes of the unit of `--history-budget`.
pub(crate) const MEBIBYTE: u64 = 1024 * 1024;

/// One shared surface for the people in the room, hosted without a window.
#[derive(Debug, Parser)]
#[command(name = "lanvas-server", version, about, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Host the newest session, or a new one, until SIGINT or SIGTERM.
    Serve(ServeArguments),
    /// List the sessions on this network.
    Nearby(NearbyArguments),
    /// Copy a session to a file, also while it is hosted.
    Backup(BackupArguments),
    /// Check a session's file from end to end.
    Verify(VerifyArguments),
    /// Say why people cannot join: what is wrong with this computer's reach and what to do about it.
    Doctor(DoctorArguments),
    /// Show what a hub is doing: sessions, people, rates, queues, once a second.
    Top(TopArguments),
    /// Take part in a session's chat from here.
    Chat(ChatArguments),
    /// See who has an account, remove one, or help who forgot their password.
    Accounts(AccountsArguments),
}

/// Which hub's accounts.
#[derive(Debug, Args)]
pub(crate) struct AccountsArguments {
    #[command(subcommand)]
    pub(crate) what: AccountsCommand,
    /// Folder of the sessions, as for serve.
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
}

/// What to do about accounts.
#[derive(Debug, Subcommand)]
pub(crate) enum AccountsCommand {
    /// One line for each: its name, a tab, at how many places it is signed in. Also while the hub runs.
    List,
    /// Take an account out; its name is free then. While no hub has the folder.
    Remove(WhoseAccount),
    /// Print a new password for who forgot theirs; it is theirs until they set another. While no hub has the folder.
    Reset(WhoseAccount),
}

/// Whose account.
#[derive(Debug, Args)]
pub(crate) struct WhoseAccount {
    /// The name of the account.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

/// Which chat, and as whom.
#[derive(Debug, Args)]
pub(crate) struct ChatArguments {
    /// The session's link, as the host shows it; or part of the title of one nearby.
    #[arg(value_name = "URL")]
    pub(crate) session: String,
    /// How the others see you.
    #[arg(long, value_name = "NAME", default_value = "Terminal")]
    pub(crate) name: String,
    /// File whose first line is the session's password.
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: TrustArguments,
}

/// How to host.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Address to listen on.
    #[arg(long, value_name = "ADDR", default_value_t = Ipv4Addr::UNSPECIFIED.into())]
    pub(crate) bind: IpAddr,
    /// Port to listen on; 0 takes any free one. Without it: the session's last port or 7420, else the next free one.
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,
    /// Folder of the sessions [default: $XDG_DATA_HOME/lanvas or ~/.local/share/lanvas].
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Title of the session if a new one is made: up to 120 characters.
    #[arg(long, value_name = "TEXT", value_parser = title)]
    pub(crate) title: Option<String>,
    /// File whose first line is the password that joining asks for, up to 256 bytes. It holds again from each start on: a password or new codes that the host makes meanwhile last until then, unless the file is changed too.
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,
    /// Mebibytes of changes kept for the replay of a session; older ones are folded together. Board, notes and chat always stay whole.
    #[arg(long, value_name = "MIB", default_value_t = HISTORY_BYTES_DEFAULT / MEBIBYTE, value_parser = clap::value_parser!(u64).range(HISTORY_MIB))]
    pub(crate) history_budget: u64,
    /// Encrypt all connections, with a certificate that is made once and kept in the data folder. Browsers warn of it; compare its fingerprint, which is printed.
    #[arg(long, value_name = "KIND", value_enum, conflicts_with_all = ["tls_cert", "tls_key"])]
    pub(crate) tls: Option<TlsKind>,
    /// Encrypt all connections, with the certificate (and its chain) in this PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's key, a PEM file without a passphrase.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// A DNS name that people reach this hub by, as nas.fritz.box or that of a proxy before it; may be repeated, up to 8 times. Those in the certificate of --tls-cert need not be named.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Vec<DnsName>,
    /// Whether people may have accounts on this hub. What is kept of them stays while they are off.
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Switch::On)]
    pub(crate) accounts: Switch,
    /// Neither announce the session on the network nor listen for others.
    #[arg(long)]
    pub(crate) no_discovery: bool,
    /// How the log on standard error looks.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub(crate) log_format: LogFormat,
}

/// Where a certificate comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TlsKind {
    /// This hub makes and signs its own.
    SelfSigned,
}

/// Whether there is such a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// There is.
    On,
    /// There is none.
    Off,
}

/// What to copy where.
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    /// Where to; a session that is there already is replaced, in one piece.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Folder of the sessions, as for serve.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Which session; without it the newest.
    #[arg(long, value_name = "ID", value_parser = session_id)]
    pub(crate) session: Option<SessionId>,
}

fn title(text: &str) -> Result<String, String> {
    if is_title(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "a title has 1 to {TITLE_LENGTH_MAX} characters; give such a one, or leave --title out"
    ))
}

fn session_id(text: &str) -> Result<SessionId, String> {
    SessionId::new(text).map_err(|error| error.to_string())
}

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// A session's file: a backup, or one in the data folder, also while it is hosted.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// How to listen.
#[derive(Debug, Args)]
pub(crate) struct NearbyArguments {
    /// How long to listen; the list is printed at the end.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub(crate) seconds: u64,
    /// Print one JSON object per line instead of columns with tabs between.
    #[arg(long)]
    pub(crate) json: bool,
    /// Ask there too while nobody is heard: an address, a link or the words for one; may be repeated.
    #[arg(long, value_name = "PLACE")]
    pub(crate) at: Vec<String>,
    /// Ask every address of this computer's own private networks, where announcements do not travel.
    #[arg(long)]
    pub(crate) sweep: bool,
}

/// What to watch.
#[derive(Debug, Args)]
pub(crate) struct TopArguments {
    /// The hub, or the link of a session in it.
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:7420")]
    pub(crate) url: String,
    /// Watch for one second, print one line with tabs between, and end.
    #[arg(long)]
    pub(crate) once: bool,
    #[command(flatten)]
    pub(crate) trust: TrustArguments,
}

/// What to look into.
#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// The link or address (HOST or HOST:PORT) of a session that cannot be joined from here. Without it: whether this computer can be joined.
    #[arg(value_name = "LINK")]
    pub(crate) link: Option<String>,
    /// The port that the session on this computer takes. Without it: 7420 and the next ten.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// Print one JSON object with the facts and the findings.
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn serve_needs_nothing() {
        let Command::Serve(serve) = Arguments::parse_from(["lanvas-server", "serve"]).command
        else {
            panic!("it is serve");
        };
        assert!(serve.bind.is_unspecified() && serve.bind.is_ipv4());
        assert_eq!(
            (serve.port, serve.log_format, serve.no_discovery),
            (None, LogFormat::Text, false)
        );
    }

    #[test]
    fn a_title_is_as_long_as_people_may_give_one() {
        let serve = |title: &str| {
            let line = ["lanvas-server", "serve", "--title", title];
            Arguments::try_parse_from(line).map(drop)
        };
        assert!(serve(&"é".repeat(TITLE_LENGTH_MAX)).is_ok());
        for title in ["", "  ", &"x".repeat(TITLE_LENGTH_MAX + 1)] {
            let refused = serve(title).expect_err("no title");
            assert_eq!(refused.exit_code(), 2, "{title:?}");
            assert!(refused.to_string().contains("leave --title out"));
        }
    }

    #[test]
    fn a_hub_may_have_several_names_which_are_kept_in_lower_case() {
        let line = [
            "lanvas-server",
            "serve",
            "--name",
            "NAS.Fritz.Box",
            "--name",
            "nas",
        ];
        let Command::Serve(serve) = Arguments::parse_from(line).command else {
            panic!("it is serve");
        };
        let names: Vec<_> = serve.name.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["nas.fritz.box", "nas"]);
    }

    #[test]
    fn wrong_usage_exits_with_two() {
        for line in [
            vec![],
            vec!["fly"],
            vec!["nearby", "--seconds", "soon"],
            vec!["nearby", "--seconds", "0"],
            vec!["serve", "--tls"],
            vec!["serve", "--tls", "on"],
            vec!["serve", "--accounts", "maybe"],
            vec!["serve", "--name"],
            vec!["serve", "--name", "http://nas.fritz.box"],
            vec!["serve", "--name", "nas.fritz.box:7420"],
            vec!["serve", "--name", "192.168.1.5"],
            vec!["accounts"],
            vec!["accounts", "remove"],
            vec!["serve", "--tls-cert", "a.pem"],
            vec!["serve", "--tls-key", "a.pem"],
            vec![
                "serve",
                "--tls",
                "self-signed",
                "--tls-cert",
                "a",
                "--tls-key",
                "b",
            ],
        ] {
            let words = ["lanvas-server"].into_iter().chain(line.clone());
            let refused = Arguments::try_parse_from(words).expect_err("not a command line of ours");
            assert_eq!(refused.exit_code(), 2, "{line:?}");
        }
    }
}
