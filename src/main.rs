use contingent::pipeline;
fn main(){
    for a in std::env::args().skip(1){
        let c=pipeline::check(&pipeline::Request{path:a.into(),archive:Some("../shared/seeds".into()),strict:true,..Default::default()}).unwrap();
        for d in c.diagnostics.sorted(){ let (l,k)=c.sources.line_and_column(d.primary.span); println!("{}:{l}:{k}: {} [{}] {} | {:?}", c.sources.get(d.primary.span.source).name, d.severity.word(), d.code, d.message, d.help);}        
        println!("{}", c.scenario.is_some());
    }
}
