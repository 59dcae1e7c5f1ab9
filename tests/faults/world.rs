//! The world outside: files that are none, folders that cannot be written, pipes that close, signals.

use super::{Ended, Fault, HEAD, Place, pledge};
use crate::cli;
use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// A scenario with a link to another file.
fn linked(target: &str) -> String {
    HEAD.replacen("[basings]", &format!("include = [\"{target}\"]\n[basings]"), 1)
}

/// A small scenario that can be run.
fn small() -> Place {
    Place::with(&format!("[conditions.c]\nprobability = 0.5\n{}", pledge("p", "c", "100")))
}

/// The same, where it was run before and another result has taken the place of one file.
fn written() -> Place {
    let place = small();
    place.run(&["run", "case.toml", "-q", "-o", "out"]).is(0, "");
    place.file("out/tables/totals.csv", "old")
}

/// What was there is there, and nothing else.
fn is_untouched(place: &Place) {
    assert_eq!(place.read("out/tables/totals.csv"), "old");
    for folder in ["out", "out/tables", "out/charts"] {
        let names = place.names(folder);
        assert!(names.iter().all(|name| !name.starts_with('.')), "{names:?}");
    }
}

/// So many conditions that all their worlds take long to write.
fn many() -> String {
    let names: Vec<String> = (0..26).map(|at| format!("c{at}")).collect();
    let lines = names.join(" = { probability = 0.5 }\n") + " = { probability = 0.5 }\n";
    format!("{HEAD}[conditions]\n{lines}{}", pledge("p", &names.join(" or "), "1"))
}

/// Ends the program by a signal as soon as it writes all worlds; says which signal ended it.
fn interrupted(place: &Place, signal: &str) -> Option<i32> {
    let args = ["table", "worlds", "many.toml", "--top", "all", "--format", "csv"];
    let run = [
        "run",
        "many.toml",
        "-q",
        "--top",
        "all",
        "--budget",
        "1",
        "--samples",
        "1000",
        "-o",
        "out",
    ];
    let args = if signal == "PIPE" { args.as_slice() } else { run.as_slice() };
    let mut child =
        place.program().args(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    let unfinished =
        || place.names("out/tables").iter().any(|name| name.starts_with(".contingent-"));
    while !unfinished() {
        assert!(started.elapsed() < Duration::from_secs(120), "nothing is written");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(100));
    let kill = format!("kill -{signal} {}", child.id());
    assert_eq!(place.shell(&kill).status, Some(0));
    child.wait().unwrap().signal()
}

/// A mounted file system of 64 KiB, where whoever tests may mount one.
fn on_a_full_disk(place: &Place, line: &str) -> Option<Ended> {
    let mount = "mkdir -p disk && mount -t tmpfs -o size=64k none disk";
    if place.shell(&format!("unshare -m sh -c '{mount}' 2>/dev/null")).status != Some(0) {
        return None;
    }
    Some(place.shell(&format!("unshare -m sh -c '{mount} && {line}'")))
}

pub(super) const FAULTS: &[Fault] = &[
    Fault {
        tried: "a scenario that is missing, a folder, a pipe, a device",
        happens: "status 3 at once, with the reason",
        holds: || {
            let place = Place::new();
            place.run(&["check", "gone.toml"]).is(3, "cannot read `gone.toml`: no such file");
            place.run(&["check", "."]).is(3, "it is a folder; name the scenario file in it");
            place
                .shell("mkfifo pipe.toml && timeout 10 \"$P\" check pipe.toml")
                .is(3, "not a regular file");
            place.run(&["check", "/dev/zero"]).is(3, "not a regular file");
        },
    },
    Fault {
        tried: "`verify` of a pipe, a device, or a picture of more than 64 MiB; a table or summary that is a pipe",
        happens: "status 3 at once, with the reason; of a table or summary, `cannot tell` and status 4",
        holds: || {
            let place = written();
            let verify = |file: &str, make: &str| {
                let line = format!("{make} {file} && timeout 10 \"$P\" verify {file} case.toml");
                place.shell(&line)
            };
            verify("pipe.svg", "mkfifo").is(3, "cannot read `pipe.svg`: it is not a regular file");
            verify("zero.png", "ln -s /dev/zero").is(3, "it is not a regular file");
            verify("big.png", "truncate -s 67108865").is(3, "it is larger than 64 MiB");
            place.shell("mv out/summary.md whole.md && mkfifo out/summary.md");
            place
                .shell("timeout 10 \"$P\" verify out/tables/datapackage.json case.toml >&2")
                .is(4, "cannot tell: cannot read `out/summary.md`");
            place.shell("mv whole.md out/summary.md");
            place.shell("rm out/tables/totals.csv && mkfifo out/tables/totals.csv");
            place.shell("timeout 10 \"$P\" verify out/tables/datapackage.json case.toml >&2").is(
                4,
                "cannot tell: cannot read `out/tables/totals.csv`: it is not a regular file",
            );
        },
    },
    Fault {
        tried: "an include that is missing, a folder, a device behind a symbolic link",
        happens: "`unreadable-file` at the link",
        holds: || {
            let place = Place::new();
            symlink("/dev/zero", place.path("zero.toml")).unwrap();
            fs::create_dir(place.path("folder.toml")).unwrap();
            for target in ["gone.toml", "folder.toml", "zero.toml"] {
                fs::write(place.path("case.toml"), linked(target)).unwrap();
                place.is_refused("case.toml:5:12: error[unreadable-file]");
            }
        },
    },
    Fault {
        tried: "an include with an absolute path, or an empty one",
        happens: "`bad-path`",
        holds: || {
            for target in ["/etc/passwd", ""] {
                Place::new().file("case.toml", linked(target)).is_refused("error[bad-path]");
            }
        },
    },
    Fault {
        tried: "an include of a file that is no scenario, such as a list of passwords",
        happens: "`toml-syntax` with the first line that is wrong, and no other line of it",
        holds: || {
            let place = Place::new().file("case.toml", linked("other.txt"));
            let place = place.file("other.txt", "root:x:0:0\nsecret:y:1:1\n");
            let ended = place.run(&["check", "case.toml", "-q"]);
            ended.is(1, "error[toml-syntax]");
            assert!(!ended.errors.contains("secret"), "{}", ended.errors);
        },
    },
    Fault {
        tried: "a file that includes itself; two that extend one another; the same through a symbolic link",
        happens: "`include-loop` at the link that closes the loop",
        holds: || {
            let says = "leads back to itself";
            Place::new().file("case.toml", linked("case.toml")).is_refused(says);
            let place = Place::new().file("case.toml", linked("link.toml"));
            symlink("case.toml", place.path("link.toml")).unwrap();
            place.is_refused(says);
            let extends = |file: &str| format!("[scenario]\nextends = \"{file}\"\n");
            let place = Place::new().file(
                "case.toml",
                HEAD.replacen("[basings]", "extends = \"b.toml\"\n[basings]", 1),
            );
            place.file("b.toml", extends("case.toml")).is_refused(says);
        },
    },
    Fault {
        tried: "a symbolic link that leads to itself",
        happens: "status 3 at once",
        holds: || {
            let place = Place::new();
            symlink("case.toml", place.path("case.toml")).unwrap();
            place.run(&["check", "case.toml"]).is(3, "cannot read `case.toml`");
        },
    },
    Fault {
        tried: "an empty file; one of comments only; an empty include",
        happens: "`empty-file`",
        holds: || {
            for text in ["", "# nothing\n", "\u{feff}", "\n\n"] {
                let ended = Place::new().file("case.toml", text).run(&["check", "case.toml"]);
                ended.is(1, "error[empty-file]");
            }
            let place = Place::new().file("case.toml", linked("other.toml")).file("other.toml", "");
            place.is_refused("other.toml:1:1: error[empty-file]");
        },
    },
    Fault {
        tried: "a byte-order mark, and lines that end in CRLF",
        happens: "the same figures and hash as without",
        holds: || {
            let plain = small();
            let text = plain.read("case.toml");
            let marked =
                Place::new().file("case.toml", format!("\u{feff}{}", text.replace('\n', "\r\n")));
            for place in [&plain, &marked] {
                place.run(&["run", "case.toml", "-q", "-o", "out"]).is(0, "");
            }
            for file in ["out/tables/totals.csv", "out/tables/datapackage.json", "out/summary.md"] {
                assert_eq!(plain.read(file), marked.read(file));
            }
        },
    },
    Fault {
        tried: "text in UTF-16 or Latin-1, cut in the middle of a letter, or with NUL in it",
        happens: "status 3 with the line that is not UTF-8; NUL is `toml-syntax`",
        holds: || {
            let utf16: Vec<u8> = HEAD.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let utf16 = [b"\xff\xfe".as_slice(), &utf16].concat();
            Place::new()
                .file("case.toml", utf16)
                .run(&["check", "case.toml"])
                .is(3, "line 1 is not UTF-8");
            for bytes in [b"# a\n# caf\xe9\n".as_slice(), b"# a\n# caf\xc3"] {
                Place::new()
                    .file("case.toml", bytes)
                    .run(&["check", "case.toml"])
                    .is(3, "line 2 is not UTF-8");
            }
            Place::with("\0").run(&["check", "case.toml"]).is(1, "error[toml-syntax]");
        },
    },
    Fault {
        tried: "a file that cannot be read while it is read",
        happens: "status 3 with the system's reason",
        holds: || {
            let place = Place::new();
            symlink("/proc/self/mem", place.path("case.toml")).unwrap();
            place.run(&["check", "case.toml"]).is(3, "cannot read `case.toml`: ");
        },
    },
    Fault {
        tried: "a file that is removed or replaced while the program runs",
        happens: "what was read counts; the next run reads anew",
        holds: || {
            let place = small();
            let before = place.run(&["table", "totals", "case.toml", "-q"]).output;
            let replaced = "cp case.toml old.toml; (\"$P\" table totals case.toml -q; rm -f case.toml) && \"$P\" check case.toml";
            let ended = place.shell(replaced);
            ended.is(3, "no such file");
            assert_eq!(ended.output, before);
        },
    },
    Fault {
        tried: "file names with line breaks, escapes, quotes, a leading dash or `=`, or that are not UTF-8",
        happens: "they work, and are harmless wherever they are shown",
        holds: || {
            use std::os::unix::ffi::OsStrExt as _;
            let text = small().read("case.toml");
            for name in [
                "a\nb.toml",
                "\u{1b}[31mred.toml",
                "it's \"x\".toml",
                "=1+1.toml",
                "\u{202e}lmot.toml",
                "ü 北.toml",
            ] {
                let place = Place::new().file(name, &text);
                place.run(&["run", name, "-q", "-o", "out"]).is(0, "");
                let csv = place.read("out/tables/totals.csv");
                assert!(csv.lines().nth(1).is_some_and(|row| !row.starts_with('=')), "{csv}");
                place.run(&["check", name]).is(0, "");
                fs::write(place.path(name), "x").unwrap();
                place.run(&["check", name]).is(1, "");
            }
            let place = Place::new();
            let name = std::ffi::OsStr::from_bytes(b"\xff.toml");
            fs::write(place.folder.path().join(name), &text).unwrap();
            place.run(&[std::ffi::OsStr::new("check"), name]).is(0, "");
        },
    },
    Fault {
        tried: "a scenario called `...toml`, whose name as a folder would lead upwards",
        happens: "the report is called after its folder",
        holds: || {
            let place = Place::new();
            let text = small().read("case.toml");
            fs::create_dir(place.path("mine")).unwrap();
            let place = place.file("mine/...toml", text);
            place.run(&["run", "mine/...toml", "-q"]).is(0, "");
            assert_eq!(place.names("reports"), ["mine"]);
        },
    },
    Fault {
        tried: "an output folder that does not exist",
        happens: "it is made, with those above it",
        holds: || {
            let place = small();
            place.run(&["run", "case.toml", "-q", "-o", "a/b/c"]).is(0, "");
            assert_eq!(place.names("a/b/c"), ["brief.html", "charts", "summary.md", "tables"]);
        },
    },
    Fault {
        tried: "an output folder that cannot be made or written",
        happens: "status 3 with the path",
        holds: || {
            small()
                .run(&["run", "case.toml", "-q", "-o", "/proc/none/out"])
                .is(3, "cannot write `/proc/none/out");
        },
    },
    Fault {
        tried: "a file where the output folder should be",
        happens: "status 3; the file is whole",
        holds: || {
            let place = small().file("out", "mine");
            place.run(&["run", "case.toml", "-q", "-o", "out"]).is(3, "cannot write `out/");
            assert_eq!(place.read("out"), "mine");
        },
    },
    Fault {
        tried: "a folder where an output file should be",
        happens: "status 3; every other file is as it was",
        holds: || {
            let place = written();
            fs::remove_file(place.path("out/charts/gates.svg")).unwrap();
            fs::create_dir(place.path("out/charts/gates.svg")).unwrap();
            place
                .run(&["run", "case.toml", "-q", "-o", "out"])
                .is(3, "it is a folder; name a file");
            is_untouched(&place);
        },
    },
    Fault {
        tried: "an output folder of which a file is read-only",
        happens: "the file is replaced whole, as its folder allows",
        holds: || {
            let place = written();
            let path = place.path("out/tables/totals.csv");
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o444))
                .unwrap();
            place.run(&["run", "case.toml", "-q", "-o", "out"]).is(0, "");
            assert!(place.read("out/tables/totals.csv").starts_with("scenario,"));
        },
    },
    Fault {
        tried: "a file system without room for the report",
        happens: "status 3: no storage space; no file, no folder and nothing hidden stays",
        holds: || {
            let ended = on_a_full_disk(
                &small(),
                "{ \"$P\" run case.toml -q -o disk/out; s=$?; ls -A disk; exit $s; }",
            );
            if let Some(ended) = ended {
                ended.is(3, "cannot write `disk/out/");
                assert_eq!(ended.output, "", "left behind");
            }
        },
    },
    Fault {
        tried: "a limit on how large files may grow (`ulimit -f`)",
        happens: "status 3: file too large; the old files are whole, nothing new is there",
        holds: || {
            let place = written();
            place.shell("ulimit -f 8; exec \"$P\" run case.toml -q -o out").is(3, "file too large");
            is_untouched(&place);
            let fresh = small();
            fresh
                .shell("ulimit -f 8; exec \"$P\" run case.toml -q -o new/out")
                .is(3, "file too large");
            assert_eq!(fresh.names(""), ["case.toml"]);
        },
    },
    Fault {
        tried: "SIGINT, SIGTERM or SIGHUP while all worlds are written",
        happens: "killed by that signal (130, 143, 129 in a shell); the old files are whole, nothing half-written stays",
        holds: || {
            let place = written().file("many.toml", many());
            for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
                if signal == "INT" && crate::watch::interrupts_are_ignored() {
                    continue;
                }
                assert_eq!(interrupted(&place, signal), Some(number));
                is_untouched(&place);
            }
        },
    },
    Fault {
        tried: "SIGKILL while all worlds are written",
        happens: "the old files are whole; a hidden `.contingent-` file may stay, which nothing reads",
        holds: || {
            let place = written().file("many.toml", many());
            assert_eq!(interrupted(&place, "KILL"), Some(9));
            assert_eq!(place.read("out/tables/totals.csv"), "old");
            let hidden = place.names("out/tables").into_iter().filter(|name| name.starts_with('.'));
            assert!(hidden.into_iter().all(|name| name.starts_with(".contingent-")));
        },
    },
    Fault {
        tried: "hidden files that a run killed so left in the output folder",
        happens: "a run a day later removes them; younger ones, which may be those of another run, and other files stay",
        holds: || {
            let day = Duration::from_secs(24 * 60 * 60);
            let place = written();
            for (name, days) in [
                (".contingent-AbCd12", 2),
                (".contingent-EfGh34", 0),
                (".contingent-notes.txt", 2),
                (".contingent-long0", 2),
            ] {
                let file = fs::File::create(place.path("out/tables").join(name)).unwrap();
                let now = file.metadata().unwrap().modified().unwrap();
                file.set_modified(now - day * days).unwrap();
            }
            symlink(".contingent-notes.txt", place.path("out/tables/.contingent-IjKl56")).unwrap();
            place.run(&["run", "case.toml", "-q", "-o", "out"]).is(0, "");
            let names = place.names("out/tables").into_iter();
            let mut hidden: Vec<String> = names.filter(|name| name.starts_with('.')).collect();
            hidden.sort_unstable();
            let stay = ["EfGh34", "IjKl56", "long0", "notes.txt"];
            assert_eq!(hidden, stay.map(|name| format!(".contingent-{name}")));
        },
    },
    Fault {
        tried: "a signal that whoever started the program had ignored (`nohup`)",
        happens: "it stays ignored",
        holds: || {
            let place = small();
            let line = "trap '' HUP INT; \"$P\" run case.toml -q -o out & p=$!; sleep 0.05; kill -HUP $p; kill -INT $p; wait $p";
            place.shell(line).is(0, "");
            assert!(place.path("out/summary.md").exists());
        },
    },
    Fault {
        tried: "a reader that has seen enough (`| head -1`)",
        happens: "status 0, and no message",
        holds: || {
            let place = Place::new().file("many.toml", many());
            let line = "{ \"$P\" table worlds many.toml -q --top all --format csv; echo $? >&2; } | head -1";
            let ended = place.shell(line);
            assert_eq!((ended.errors.as_str(), ended.output.lines().count()), ("0\n", 1));
            let line = "{ \"$P\" --help; echo $? >&2; } | true";
            assert_eq!(place.shell(line).errors, "0\n");
        },
    },
    Fault {
        tried: "standard output on a full device (`/dev/full`): tables, worlds, summary, help, schema",
        happens: "status 3: cannot write to standard output",
        holds: || {
            let place = small();
            for args in [
                "table totals case.toml -q",
                "table worlds case.toml -q --top all --format csv",
                "run case.toml -q -o out",
                "check case.toml --format json",
                "verify case.toml -q --samples 1000",
                "sweep case.toml -q --vary c=0,1 --format csv",
                "--help",
                "--version",
                "schema",
                "completions bash",
                "explain",
            ] {
                place
                    .shell(&format!("\"$P\" {args} > /dev/full"))
                    .is(3, "cannot write to standard output");
            }
        },
    },
    Fault {
        tried: "standard error on a full device; standard output or error closed",
        happens: "the status is that of the work",
        holds: || {
            let place = small();
            for (line, status) in [
                ("\"$P\" check case.toml 2> /dev/full", 0),
                ("\"$P\" check gone.toml 2> /dev/full", 3),
                ("\"$P\" table totals case.toml >&-", 0),
                ("\"$P\" table totals case.toml 2>&-", 0),
            ] {
                assert_eq!(place.shell(line).status, Some(status), "{line}");
            }
        },
    },
    Fault {
        tried: "two runs at once into one folder",
        happens: "each file is whole and one of the two",
        holds: || {
            let place = small();
            let once = "\"$P\" run case.toml -q -o out > /dev/null";
            place.shell(&format!("{once} & p=$!; {once} && wait $p")).is(0, "");
            let alone = small();
            alone.run(&["run", "case.toml", "-q", "-o", "out"]).is(0, "");
            for name in alone.names("out/tables") {
                let file = format!("out/tables/{name}");
                assert_eq!(place.read(&file), alone.read(&file));
            }
            is_whole(&place);
        },
    },
    Fault {
        tried: "`init` where files are already",
        happens: "status 3; nothing is overwritten",
        holds: || {
            let place = Place::new().file("scenario.toml", "mine");
            place.run(&["init", "."]).is(3, "it exists already");
            assert_eq!((place.read("scenario.toml").as_str(), place.names("").len()), ("mine", 1));
        },
    },
    Fault {
        tried: "an unknown command, option, table or date",
        happens: "status 2, with what there is",
        holds: || {
            for args in [
                ["runn"].as_slice(),
                &["table", "totalz", "x"],
                &["check", "x", "--as-of", "never"],
                &["check", "x", "--strikt"],
            ] {
                assert_eq!(cli::run(args).status, 2);
            }
        },
    },
];

/// Nothing hidden is left.
fn is_whole(place: &Place) {
    assert!(place.names("out/tables").iter().all(|name| !name.starts_with('.')));
}
