//! The files that the rules look at, read once.
//!
//! Rules see text and paths only, so that a test can hand them a small tree
//! of its own.

use std::fs;

use anyhow::{Context, Result};

use crate::process;
use crate::repo::Repo;

/// Everything that rules may look at.
#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) files: Vec<File>,
    /// Every crate that `lanvas-server` is built with, itself included.
    pub(crate) server_crates: Vec<String>,
}

/// One file; binary files have no text.
pub(crate) struct File {
    /// From the root of the repository, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Tree {
    /// What git tracks, and what it would track.
    pub(crate) fn read(repo: &Repo) -> Result<Self> {
        let mut list = repo.command("git");
        list.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
        let paths = process::output(&mut list).context("tidy needs the git repository")?;
        let files = paths
            .lines()
            .filter_map(|path| {
                // A file that was deleted but not yet committed is still listed.
                let bytes = fs::read(repo.root().join(path)).ok()?;
                Some(File {
                    path: path.to_owned(),
                    text: String::from_utf8(bytes).unwrap_or_default(),
                })
            })
            .collect();
        Ok(Self {
            files,
            server_crates: server_crates(repo)?,
        })
    }

    /// Files below a folder (`ui/src/`) whose names end in one of `endings`.
    pub(crate) fn below<'a>(
        &'a self,
        folder: &'a str,
        endings: &'a [&'a str],
    ) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| {
            file.path.starts_with(folder) && endings.iter().any(|end| file.path.ends_with(end))
        })
    }

    /// All Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.below("", &[".rs"])
    }

    /// The file of exactly that path.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }
}

fn server_crates(repo: &Repo) -> Result<Vec<String>> {
    let mut tree = repo.cargo();
    tree.args(["tree", "--package", "lanvas-server", "--target", "all"]);
    tree.args(["--edges", "normal,build", "--prefix", "none"]);
    tree.args(["--no-dedupe", "--format", "{p}"]);
    let mut names: Vec<String> = process::output(&mut tree)?
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

impl File {
    /// Lines with their numbers, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(i, line)| (i + 1, line))
    }

    /// Lines of a Rust or TypeScript file that are neither comments nor, in
    /// Rust, the unit tests at its end.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.first_line_of_tests();
        self.lines()
            .take_while(move |(number, _)| *number < tests)
            .filter(|(_, line)| !is_comment(line))
    }

    /// How many lines it has, without the unit tests at its end.
    pub(crate) fn length(&self) -> usize {
        self.text
            .lines()
            .count()
            .min(self.first_line_of_tests() - 1)
    }

    /// Whether the whole file is there for tests.
    pub(crate) fn is_test(&self) -> bool {
        let path = &self.path;
        path.ends_with(".test.ts")
            || ["/tests/", "/benches/", "/fuzz/", "/testing/"]
                .iter()
                .any(|folder| path.contains(folder))
            || path.starts_with("ui/e2e/")
            || path.starts_with("ui/bench/")
            || path.ends_with("/tests.rs")
    }

    /// Whether a program wrote it.
    pub(crate) fn is_generated(&self) -> bool {
        self.path.contains("/generated/") || self.path.ends_with("package-lock.json")
    }

    fn first_line_of_tests(&self) -> usize {
        let mut after_cfg_test = false;
        for (number, line) in self.lines() {
            let line = line.trim();
            if after_cfg_test && line.starts_with("mod ") && line.ends_with('{') {
                return number;
            }
            after_cfg_test = line == "#[cfg(test)]" || (after_cfg_test && line.starts_with("#["));
        }
        usize::MAX
    }
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || line.starts_with("/*") || line.starts_with("* ")
}

/// A tree of a few files, for the tests of the rules.
#[cfg(test)]
pub(crate) fn sample(files: &[(&str, &str)]) -> Tree {
    Tree {
        files: files
            .iter()
            .map(|(path, text)| File {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            })
            .collect(),
        server_crates: Vec::new(),
    }
}

/// Where a rule found something: `path:line`, for the tests of the rules.
#[cfg(test)]
pub(crate) fn places(findings: &[super::Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{}:{}", finding.path, finding.line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_unit_tests_are_not_code() {
        let tree = sample(&[(
            "a.rs",
            "//! doc\nlet a;\n#[cfg(test)]\nmod fixture;\nlet b;\n#[cfg(test)]\nmod tests {\nlet c;\n}\n",
        )]);
        let code: Vec<usize> = tree.files[0].code().map(|(number, _)| number).collect();
        assert_eq!(code, [2, 3, 4, 5, 6]);
    }
}
