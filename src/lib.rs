//! temp
#![allow(missing_docs)]
pub mod source; pub mod decimal; pub mod diagnostic; pub mod document; pub mod error; pub mod load; pub mod merge; pub mod scenario; pub mod pipeline;
