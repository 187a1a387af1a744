//! What the system itself puts between a person and the app: its dialog for files, and a file that is
//! dragged out of another program.

use std::path::{Path, PathBuf};

use crate::desktop::{Desktop, TITLE};
use crate::dragged::DraggedFile;
use crate::lan;
use crate::stories::{at_home, count, live};
use crate::until;
use crate::webdriver::Page;

/// The X name of the key.
const ESCAPE: u32 = 0xff1b;

/// A session's file where a person keeps files.
fn a_file(desktop: &Desktop) -> PathBuf {
    let made = "src-tauri/crates/lanvas-hub/tests/files/version-1.lanvas";
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join(made);
    let folder = desktop.home().join("Papers");
    std::fs::create_dir(&folder).expect("a folder");
    let path = folder.join("Pendulum.lanvas");
    std::fs::copy(made, &path).expect("copied");
    path
}

/// Whether what is in the file is on the board.
fn is_open(app: &Page) {
    live(app);
    until("something is on the board", || {
        (count(app, "shapes") != 0).then_some(())
    });
}

#[test]
fn the_systems_own_dialog_for_files_opens_and_may_be_closed() {
    let test = "native::the_systems_own_dialog_for_files_opens_and_may_be_closed";
    lan::inside(test, |lan| {
        let desktop = Desktop::set_up(lan);
        let app = at_home(&desktop);
        let dialog = "Open a session file";
        for _ in 0..2 {
            app.press("Open a file …");
            until("the dialog", || desktop.screen.shows(dialog).then_some(()));
            app.shows("Start a session");
            desktop.screen.press_keys(dialog, &[ESCAPE]);
            until("it is gone", || {
                (!desktop.screen.shows(dialog)).then_some(())
            });
        }
        app.press("Start a session");
        live(&app);
    });
}

#[test]
fn a_file_is_dragged_out_of_another_program_onto_the_window() {
    let test = "native::a_file_is_dragged_out_of_another_program_onto_the_window";
    lan::inside(test, |lan| {
        let desktop = Desktop::set_up(lan);
        let (path, app) = (a_file(&desktop), at_home(&desktop));
        let file = DraggedFile::over(&desktop.screen, TITLE, &path);
        file.is_welcome_at((640, 400));
        app.screenshot("1-over");
        file.drop_it();
        is_open(&app);
        app.screenshot("2-opened");
    });
}

#[test]
fn a_picture_is_dragged_out_of_another_program_onto_the_board() {
    let test = "native::a_picture_is_dragged_out_of_another_program_onto_the_board";
    lan::inside(test, |lan| {
        let desktop = Desktop::set_up(lan);
        let path = desktop.home().join("Pendulum.png");
        let icon = Path::new(env!("CARGO_MANIFEST_DIR")).join("icons/128x128.png");
        std::fs::copy(icon, &path).expect("copied");
        let app = at_home(&desktop);
        app.press("Start a session");
        live(&app);
        let file = DraggedFile::over(&desktop.screen, TITLE, &path);
        file.is_welcome_at((640, 400));
        file.drop_it();
        until("it is on the board", || {
            (count(&app, "shapes") == 1).then_some(())
        });
        app.screenshot("1-on-the-board");
    });
}
