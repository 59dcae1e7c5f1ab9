//! temp
#![allow(missing_docs)]
pub mod source; pub mod decimal; pub mod diagnostic; pub mod document; pub mod error; pub mod load; pub mod merge; pub mod scenario; pub mod pipeline; pub mod apportion; pub mod model; pub mod compile; pub mod layout; pub mod outcomes; pub mod evaluate; pub mod study; pub mod report; pub mod schema; pub mod cli;
