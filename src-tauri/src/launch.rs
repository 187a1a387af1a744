//! What the command line asks for, decided before anything touches the screen.
//!
//! Promises: pure; GTK aborts without a display, so `--headless`, `--help` and
//! `--version` are told apart here and never reach it.
//! Must not know: Tauri, the hub.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;

/// What this start of the program is for.
#[derive(Debug)]
pub(crate) enum Launch {
    /// Open the window.
    Window(Options),
    /// Become `lanvas-server serve` with these arguments.
    Headless(Vec<OsString>),
    /// Print this and leave: help, the version, or what was wrong with the arguments.
    Print(clap::Error),
}

/// Lanvas: one shared surface for the people in the room.
#[derive(Debug, Default, PartialEq, Eq, Parser)]
#[command(
    name = "lanvas",
    version,
    after_help = "lanvas --headless [ARGS]   runs `lanvas-server serve [ARGS]`, which needs no screen"
)]
pub(crate) struct Options {
    /// Keep sessions and settings in this folder instead of the usual place
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,

    /// Port for guests; 0 takes any free one
    #[arg(long, value_name = "N")]
    pub(crate) port: Option<u16>,

    /// Neither announce sessions on the network nor listen for others
    #[arg(long)]
    pub(crate) no_discovery: bool,

    /// Draw the window without the graphics card's shortcuts, for windows that stay blank
    #[arg(long)]
    pub(crate) safe_graphics: bool,

    /// Session files to open, or lanvas:// links to join by
    #[arg(value_name = "FILE")]
    pub(crate) open: Vec<OsString>,
}

impl Launch {
    /// Reads the arguments that follow the program's name.
    pub(crate) fn from_args(args: impl IntoIterator<Item = OsString>) -> Self {
        let args: Vec<OsString> = args.into_iter().collect();
        if args.iter().any(|arg| arg == "--headless") {
            return Self::Headless(args.into_iter().filter(|arg| arg != "--headless").collect());
        }
        match Options::try_parse_from(std::iter::once(OsString::from("lanvas")).chain(args)) {
            Ok(options) => Self::Window(options),
            Err(text) => Self::Print(text),
        }
    }
}

/// Why no window can open here, if that can be told beforehand: without a screen
/// the toolkit would end the program with a riddle.
pub(crate) fn no_screen(
    variable: impl Fn(&'static str) -> Option<OsString>,
) -> Option<&'static str> {
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .into_iter()
        .any(|name| variable(name).is_some_and(|value| !value.is_empty()));
    (cfg!(target_os = "linux") && !has_screen).then_some(
        "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set). \
         To host without one, run `lanvas --headless`.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launch(line: &str) -> Launch {
        Launch::from_args(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn no_arguments_open_the_window_in_the_usual_place() {
        assert!(matches!(launch(""), Launch::Window(options) if options == Options::default()));
    }

    #[test]
    fn the_window_takes_a_folder_a_port_and_silence() {
        let Launch::Window(options) = launch("--data /tmp/x --port 0 --no-discovery") else {
            panic!("the window was asked for");
        };
        let expected = Options {
            data: Some(PathBuf::from("/tmp/x")),
            port: Some(0),
            no_discovery: true,
            ..Options::default()
        };
        assert_eq!(options, expected);
    }

    #[test]
    fn files_and_links_are_taken_as_they_are() {
        let Launch::Window(options) = launch("--no-discovery map.lanvas lanvas://10.0.0.5/s/x")
        else {
            panic!("the window was asked for");
        };
        assert_eq!(options.open, ["map.lanvas", "lanvas://10.0.0.5/s/x"]);
    }

    #[test]
    fn headless_hands_every_other_argument_on_even_ones_of_the_window() {
        for line in [
            "--headless --port 0 --title Map",
            "--port 0 --headless --title Map",
        ] {
            let Launch::Headless(rest) = launch(line) else {
                panic!("{line} is headless");
            };
            assert_eq!(rest, ["--port", "0", "--title", "Map"], "{line}");
        }
        assert!(
            matches!(launch("--headless --help"), Launch::Headless(rest) if rest == ["--help"])
        );
    }

    #[test]
    fn help_and_version_succeed_and_nonsense_is_wrong_usage() {
        for (line, code) in [
            ("--help", 0),
            ("--version", 0),
            ("--prot 1", 2),
            ("--port 70000", 2),
        ] {
            let Launch::Print(text) = launch(line) else {
                panic!("{line} only prints");
            };
            assert_eq!(text.exit_code(), code, "{line}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_missing_screen_is_said_before_the_toolkit_finds_out() {
        let with = |known: &'static str, value: &'static str| {
            no_screen(|name| (name == known).then(|| value.into()))
        };
        assert_eq!(with("DISPLAY", ":0"), None);
        assert_eq!(with("WAYLAND_DISPLAY", "wayland-0"), None);
        assert!(with("DISPLAY", "").is_some_and(|why| why.contains("--headless")));
        assert!(with("HOME", "somewhere").is_some());
    }
}
