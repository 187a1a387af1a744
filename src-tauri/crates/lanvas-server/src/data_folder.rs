//! Where sessions are kept when nobody says where.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

/// `$XDG_DATA_HOME/lanvas`, else `lanvas` in the system's folder for a
/// person's data. An error when there is no home.
pub(crate) fn default() -> Result<PathBuf> {
    match folder(|name| env::var_os(name)) {
        Some(folder) => Ok(folder),
        None => bail!(
            "Lanvas does not know where to keep sessions: there is no home folder; name one with --data DIR."
        ),
    }
}

fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let parent = absolute("XDG_DATA_HOME").or_else(|| match env::consts::OS {
        "windows" => absolute("APPDATA"),
        "macos" => absolute("HOME").map(|home| home.join("Library/Application Support")),
        _ => absolute("HOME").map(|home| home.join(".local/share")),
    })?;
    Some(Path::new(&parent).join("lanvas"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Option<PathBuf> {
        folder(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_named_data_folder_comes_before_the_home() {
        assert_eq!(
            with(&[("HOME", "/h"), ("XDG_DATA_HOME", "/d")]),
            Some("/d/lanvas".into())
        );
        assert_eq!(
            with(&[("HOME", "/h")]),
            Some("/h/.local/share/lanvas".into())
        );
        assert_eq!(
            with(&[("HOME", "/h"), ("XDG_DATA_HOME", "d")]),
            Some("/h/.local/share/lanvas".into()),
            "a relative path is to be ignored"
        );
        assert_eq!(with(&[]), None);
    }
}
