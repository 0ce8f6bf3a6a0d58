//! A message that crosses with an answer: sent before it, delivered after it.

use crate::harness::MemoryHarness;

#[tokio::test]
async fn what_waits_for_an_answer_is_the_last_thing_the_model_reads() {
    let harness = MemoryHarness::remembering();
    harness.at_second(0).write("פתוחים ביום שישי?").await;
    for (second, ago) in [(5, 5), (40, 35), (90, 90)] {
        let text = format!("וכמה עולה תספורת? {second}");
        let shown = harness.at_second(second).late(&text, ago).await.shown.conversation;
        assert_eq!(shown.last().map(|said| said.text.as_str()), Some(text.as_str()), "{shown:?}");
        assert_eq!(shown[0].text, "פתוחים ביום שישי?", "the rest stands in the order it was said");
    }
}
