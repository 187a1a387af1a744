//! The desktop app as a person has it: on a screen, with a session bus and a home of its own.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::json;
use tempfile::TempDir;

use crate::lan::Lan;
use crate::programs::{self, Program};
use crate::screen::Screen;
use crate::until;
use crate::webdriver::Page;

/// In network namespaces of their own all tests can have the same one.
const DRIVER_PORT: u16 = 4444;
const BUS_CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=BUS</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#;

/// The title of the window.
pub(crate) const TITLE: &str = "Lanvas";

/// What is opened is written down there.
const OPENED: &str = "opened";

/// The search path with a program before all others that opens nothing and says what it should open.
fn with_opener(home: &Path) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = home.join("bin");
    let program = folder.join("xdg-open");
    let script = format!(
        "#!/bin/sh\necho \"$@\" > '{}'\n",
        home.join(OPENED).display()
    );
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::write(&program, script).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let others = std::env::var("PATH").unwrap_or_default();
    format!("{}:{others}", folder.display())
}

/// A place where the app can be started, several times one after the other.
pub(crate) struct Desktop {
    pub(crate) screen: Screen,
    logs: PathBuf,
    home: TempDir,
    _driver: Program,
    _bus: Program,
}

impl Desktop {
    pub(crate) fn set_up(lan: &Lan) -> Self {
        Self::set_up_with(lan, &[])
    }

    /// The same, where the app finds more in its environment.
    pub(crate) fn set_up_with(lan: &Lan, more: &[(&str, String)]) -> Self {
        let home = tempfile::tempdir().expect("a home");
        let screen = Screen::start(&lan.folder);
        let bus_path = home.path().join("bus");
        let bus_config = home.path().join("bus.conf");
        let config = BUS_CONFIG.replace("BUS", &bus_path.display().to_string());
        std::fs::write(&bus_config, config).expect("written");
        let mut command = Command::new("dbus-daemon");
        command
            .args(["--nofork", "--nopidfile"])
            .arg(format!("--config-file={}", bus_config.display()));
        let bus = Program::start(&mut command, &lan.folder.join("bus.log"));
        until("the bus listens", || bus_path.exists().then_some(()));

        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={DRIVER_PORT}"))
            .env("DISPLAY", Screen::name())
            .env("GDK_BACKEND", "x11")
            .env(
                "DBUS_SESSION_BUS_ADDRESS",
                format!("unix:path={}", bus_path.display()),
            )
            .env("HOME", home.path())
            .env("PATH", with_opener(home.path()))
            .env("XDG_RUNTIME_DIR", home.path())
            .env("NO_AT_BRIDGE", "1")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("RUST_LOG", "lanvas=info")
            .envs(more.iter().map(|(name, value)| (name, value)));
        let driver = Program::start(&mut command, &lan.folder.join("app.log"));
        until("the driver listens", || {
            std::net::TcpStream::connect(("127.0.0.1", DRIVER_PORT)).ok()
        });
        Self {
            screen,
            logs: lan.folder.clone(),
            home,
            _driver: driver,
            _bus: bus,
        }
    }

    /// Starts the app and waits for its page. Its data is where the last start left it.
    pub(crate) fn start_app(&self, arguments: &[&str]) -> Page {
        let data = self.home.path().join("data").display().to_string();
        let mut all = vec!["--data", &data];
        all.extend(arguments);
        self.start_plainly(&all)
    }

    /// The same with these arguments alone: what it keeps is where the system says.
    pub(crate) fn start_plainly(&self, arguments: &[&str]) -> Page {
        let capabilities = json!({
            "webkitgtk:browserOptions": { "binary": app_path(), "args": arguments },
        });
        let page = Page::open("app", DRIVER_PORT, &capabilities, self.logs.clone());
        page.until(
            "is loaded",
            "return document.readyState === 'complete' && location.href.includes('desktop.html');",
        );
        page
    }

    /// The folder of the app's sessions and settings.
    pub(crate) fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// Where the system keeps what is the person's.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// What the system was asked to open with whatever program is there for it.
    pub(crate) fn opened(&self) -> Option<String> {
        let said = std::fs::read_to_string(self.home.path().join(OPENED)).ok()?;
        // The file is there before its line is.
        said.ends_with('\n').then_some(said)
    }

    /// The socket of the session's bus.
    pub(crate) fn bus(&self) -> PathBuf {
        self.home.path().join("bus")
    }

    /// Starts the app once more, as a file manager or a browser does.
    pub(crate) fn start_again(&self, arguments: &[&str]) -> Program {
        let mut command = Command::new(app_path());
        self.surround(command.arg("--data").arg(self.data()).args(arguments));
        Program::start(&mut command, &self.logs.join("again.log"))
    }

    fn surround(&self, command: &mut Command) {
        let bus = format!("unix:path={}", self.bus().display());
        command
            .env("DISPLAY", Screen::name())
            .env("GDK_BACKEND", "x11")
            .env("DBUS_SESSION_BUS_ADDRESS", bus)
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path());
    }

    /// Waits until the program has ended, not only its window.
    pub(crate) fn app_has_ended() {
        until("the app has ended", || {
            programs::running(app_path()).is_empty().then_some(())
        });
    }

    /// The app's process.
    pub(crate) fn app_process() -> u32 {
        until("the app runs", || {
            programs::running(app_path()).first().copied()
        })
    }
}

/// The program under test; `LANVAS_APP` names another, such as an installed one.
pub(crate) fn app_path() -> &'static Path {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| {
        let built = || env!("CARGO_BIN_EXE_lanvas").into();
        std::env::var_os("LANVAS_APP").map_or_else(built, PathBuf::from)
    })
}

/// The headless one beside it, which the test command builds first.
pub(crate) fn server_path() -> PathBuf {
    let path = app_path().with_file_name("lanvas-server");
    assert!(
        path.is_file(),
        "build lanvas-server first: cargo build --package lanvas-server"
    );
    path
}
