//! The binary: runs a command and maps its outcome to an exit code.

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use azvet::check::Azvet;
use azvet::cli::{self, Surroundings};

fn main() -> ExitCode {
    let surroundings = match Surroundings::of_process() {
        Ok(surroundings) => surroundings,
        Err(error) => return fail(&format!("the working directory can't be read: {error}")),
    };
    let library = match azvet::rules::built_in() {
        Ok(library) => library,
        Err(error) => return fail(&format!("internal error: {error}")),
    };
    // What is written holds colours only where they are wanted; these let old consoles show them.
    let out = anstream::AutoStream::always(std::io::stdout());
    let mut out = std::io::BufWriter::with_capacity(64 * 1024, out);
    let mut err = anstream::AutoStream::always(std::io::stderr());
    let ran = cli::run(
        std::env::args_os(),
        &surroundings,
        &mut std::io::stdin(),
        &mut out,
        &mut err,
        &Azvet { library },
    );
    match ran.and_then(|outcome| out.flush().map(|()| outcome)) {
        Ok(outcome) => ExitCode::from(outcome.code()),
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&format!("the output can't be written: {error}")),
    }
}

fn fail(message: &str) -> ExitCode {
    // Nothing is left to do when this fails too.
    _ = writeln!(std::io::stderr(), "error: {message}");
    ExitCode::from(2)
}
