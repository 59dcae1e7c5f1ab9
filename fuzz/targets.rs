//! The bridge from the fuzzers to what they try: the same functions that the tests on stable Rust replay the corpus
//! with.

#[path = "../tests/robust/survive.rs"]
mod survive;
#[path = "../tests/robust/targets.rs"]
mod targets;

/// Hands bytes to a target, with as much stack as the program's own threads have; panics where what must hold does not.
pub fn fuzz(target: &str, bytes: &[u8]) {
    let (_, judge) = targets::TARGETS.iter().find(|(name, _)| *name == target).expect("a target");
    let judged = std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(contingent::cli::STACK);
        worker.spawn_scoped(scope, || judge(bytes)).expect("a thread").join()
    });
    if let Err(reason) = judged.expect("no panic") {
        panic!("{reason}");
    }
}

/// Runs a command within this process.
fn run(words: &[String]) -> Result<(), String> {
    let words = std::iter::once("contingent").chain(words.iter().map(String::as_str));
    contingent::cli::run(words.map(Into::into));
    Ok(())
}
