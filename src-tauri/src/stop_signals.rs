//! SIGINT and SIGTERM (or Ctrl+C) end the app as closing it does: cleanly, once.

use tauri::AppHandle;

/// Runs as long as the program. A second signal ends it at once.
pub(crate) async fn end_on_signal(app: AppHandle) {
    let Ok(mut signals) = Signals::listen() else {
        tracing::warn!("signals cannot be listened for; they end Lanvas at once");
        return;
    };
    signals.next().await;
    app.exit(0);
    signals.next().await;
    std::process::exit(1);
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
