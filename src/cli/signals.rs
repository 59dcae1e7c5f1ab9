//! What happens when the program is told to end.
//!
//! In: the signals that end it (a key at the terminal, a closed terminal, `kill`). Out: no unfinished file, and the end
//! that the sender expects: killed by that very signal, which shells show as 128 and its number. Elsewhere than on Unix
//! the system ends the program.

/// From now on unfinished files are removed before a signal ends the program.
#[cfg(unix)]
pub(super) fn clean_up_when_ended() {
    when_ended(|signal| {
        let unfinished = crate::report::write::give_up();
        let _ = signal_hook::low_level::emulate_default_handler(signal);
        drop(unfinished);
    });
}

/// From now on a signal that ends the program does this instead, and a file that may not grow further is an error of
/// writing.
#[cfg(unix)]
pub(super) fn when_ended(told: impl Fn(i32) + Send + 'static) {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;

    // Where a signal cannot be caught, it ends the program as it would have.
    let _ = signal_hook::flag::register(SIGXFSZ, std::sync::Arc::default());
    let ignored = ignored();
    let caught = [SIGHUP, SIGINT, SIGTERM].into_iter();
    let Ok(mut signals) = Signals::new(caught.filter(|signal| !ignored.contains(signal))) else {
        return;
    };
    let wait = move || {
        for signal in signals.forever() {
            told(signal);
        }
    };
    let _ = std::thread::Builder::new().spawn(wait);
}

/// The signals that whoever started the program wants to be ignored, such as `nohup`: they stay so.
#[cfg(unix)]
fn ignored() -> Vec<i32> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    (1..=64).filter(|signal| mask >> (signal - 1) & 1 == 1).collect()
}

/// The system ends the program.
#[cfg(not(unix))]
pub(super) fn clean_up_when_ended() {}

/// The system ends the program.
#[cfg(not(unix))]
pub(super) fn when_ended(_: impl Fn(i32) + Send + 'static) {}
