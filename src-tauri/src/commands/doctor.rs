//! Why can they not join me? What `lanvas-server doctor` finds, for the page.

use lanvas_discovery::doctor::{Finding, Question, diagnose, examine, spoken_address, test_link};
use serde::Serialize;
use tauri::State;

use crate::host::Host;
use crate::refusal::Refusal;

/// What was found, and what to do about each.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Examination {
    findings: Vec<Finding>,
    /// Where another device tries the connection, while a session is hosted here.
    test_link: Option<String>,
    /// The same address as words that can be said.
    join_code: Option<String>,
}

/// Takes some seconds.
#[tauri::command]
pub(crate) async fn examine_network(host: State<'_, Host>) -> Result<Examination, Refusal> {
    let hosted = host.current(None).await?;
    let question = Question {
        port: hosted.map(|hosted| hosted.port),
        ..Question::default()
    };
    let facts = examine(&question).await;
    Ok(Examination {
        findings: diagnose(&facts),
        test_link: test_link(&facts),
        join_code: spoken_address(&facts),
    })
}
