//! Why Rust tests are ignored. nextest names them but leaves out the reason,
//! which stands in the source: `#[ignore = "…"]`.

use crate::process;
use crate::repo::Repo;

/// Adds to each skipped test, named as nextest does, the reason in its source.
pub(crate) fn explain(repo: &Repo, skips: &mut [String]) {
    if skips.is_empty() {
        return;
    }
    let mut search = repo.command("git");
    search.args(["grep", "--untracked", "--no-line-number", "-h", "-A", "5"]);
    search.args(["--fixed-strings", "#[ignore = \"", "--", "*.rs"]);
    // No reason found is no failure: the test is named all the same.
    let source = process::output(&mut search).unwrap_or_default();
    for skip in skips {
        if let Some(why) = reason(&source, skip) {
            skip.push_str(": ");
            skip.push_str(&why);
        }
    }
}

/// The reason above the function that the last part of a test's name names.
fn reason(source: &str, test: &str) -> Option<String> {
    let function = format!("fn {}(", test.rsplit([':', ' ']).next()?);
    let before = &source[..source.find(&function)?];
    let (_, rest) = before.rsplit_once("#[ignore = \"")?;
    Some(rest.split('"').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = concat!(
        "#[ig",
        "nore = \"takes an hour\"]\nasync fn soak() {\n--\n",
        "#[ig",
        "nore = \"needs two hosts\"]\n#[cfg(unix)]\nfn far() {\n"
    );

    #[test]
    fn each_test_gets_its_own_reason() {
        let of = |test| reason(SOURCE, test);
        assert_eq!(
            of("lanvas-hub::it load::soak").as_deref(),
            Some("takes an hour")
        );
        assert_eq!(of("lanvas-hub far").as_deref(), Some("needs two hosts"));
        assert_eq!(of("lanvas-hub near"), None);
    }
}
