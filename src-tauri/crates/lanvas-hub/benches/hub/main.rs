//! `cargo xtask bench hub`: what a delivery costs, against baselines started in the same run.
//!
//! One process is the server, another the load client; each is this binary again with a role, so
//! that CPU is read from the OS for the server alone and both can be pinned to cores of their own.
//! All traffic stays on loopback and every scenario is bounded in time.

#![allow(clippy::unwrap_used)] // a bench that cannot go on should stop where it stands

mod client;
mod crowd;
mod goals;
mod load;
mod plot;
mod processes;
mod report;
mod scenarios;
mod servers;
mod siege;
mod talk;
mod wire;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    role: Option<Role>,
    /// Only scenarios whose name contains this.
    #[arg(long)]
    only: Option<String>,
    /// Runs of each cell; the median is shown.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Where to write figures.md's table and the plots; nothing is written without it.
    #[arg(long)]
    write: Option<PathBuf>,
    /// Cargo passes this.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Role {
    /// Serves until standard input ends; prints its port.
    Server {
        kind: servers::Kind,
        #[arg(long)]
        data: PathBuf,
        #[arg(long, default_value_t = 1)]
        sessions: usize,
        /// Our hub with the pace that is shipped; the other loads are faster than people.
        #[arg(long)]
        paced: bool,
        /// A session that nobody is in is put away after so long.
        #[arg(long)]
        idle_ms: Option<u64>,
        /// What it logs.
        #[arg(long, default_value = "nothing")]
        log: servers::Log,
        /// Our hub with a certificate of its own.
        #[arg(long)]
        sealed: bool,
    },
    /// Runs one load; prints its figures as JSON.
    Load(load::Load),
    /// Attacks a hub for a while.
    Siege(siege::Siege),
}

fn main() {
    let cli = Cli::parse();
    match cli.role {
        Some(Role::Server {
            kind,
            data,
            sessions,
            paced,
            idle_ms,
            log,
            sealed,
        }) => {
            servers::begin_log(log);
            let tuning = servers::tuning(paced, idle_ms);
            servers::run(kind, &data, sessions, tuning, sealed);
        }
        Some(Role::Siege(siege)) => siege::run(&siege),
        Some(Role::Load(load)) => load::run(&load),
        None => {
            let figures = scenarios::all(cli.only.as_deref(), cli.runs);
            report::print(&figures);
            // A part would take the place of all.
            if let Some(folder) = cli.write.filter(|_| cli.only.is_none()) {
                report::write(&figures, &folder);
            }
        }
    }
}
