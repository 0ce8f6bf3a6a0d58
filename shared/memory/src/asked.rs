//! Whether a text asks for what may be known already: "what is your name?".

use crate::text::NormalizedText;

/// A question for a field, in four languages: its words, a sentence that asks it and one that does not.
struct Question {
    field: &'static str,
    words: &'static str,
    #[cfg(test)]
    asks: &'static str,
    #[cfg(test)]
    does_not: &'static str,
}

macro_rules! questions {
    ($($field:literal: $words:literal, $asks:literal, $does_not:literal;)+) => {
        const QUESTIONS: &[Question] = &[$(Question {
            field: $field,
            words: $words,
            #[cfg(test)]
            asks: $asks,
            #[cfg(test)]
            does_not: $does_not,
        }),+];
    };
}

questions! {
    "name": "איך קוראים לך", "היי! איך קוראים לך?", "קוראים לך דנה, נכון?";
    "name": "מה שמך", "ומה שמך בבקשה?", "שמך רשום אצלנו.";
    "name": "מה השם שלך", "מה השם שלך?", "השם שלך יפה.";
    "name": "על איזה שם", "על איזה שם לרשום?", "רשמתי על שם דנה.";
    "name": "what is your name", "Hello! What is your name?", "Your name is on the list.";
    "name": "whats your name", "What's your name?", "I have your name already.";
    "name": "may i have your name", "May I have your name, please?", "I have your name.";
    "name": "who am i speaking with", "Who am I speaking with?", "I am speaking of the price.";
    "name": "как вас зовут", "Здравствуйте! Как вас зовут?", "Вас зовут Анна.";
    "name": "как тебя зовут", "Привет, как тебя зовут?", "Тебя зовут Анна.";
    "name": "ваше имя", "Подскажите ваше имя?", "Имя мастера Ольга.";
    "name": "ما اسمك", "مرحبا، ما اسمك؟", "اسمك مسجل عندنا.";
    "name": "شو اسمك", "أهلا، شو اسمك؟", "اسمك حلو.";
    "city": "באיזו עיר", "באיזו עיר נוח לך?", "העיר שלך קרובה.";
    "city": "באיזה עיר", "באיזה עיר את גרה?", "העיר שלך קרובה.";
    "city": "איפה את גרה", "איפה את גרה?", "את גרה בחיפה.";
    "city": "איפה אתה גר", "ואיפה אתה גר?", "אתה גר בחיפה.";
    "city": "which city", "Which city are you in?", "The city is far.";
    "city": "where do you live", "And where do you live?", "You live in Haifa.";
    "city": "в каком городе", "В каком городе вы живёте?", "Вы живёте в Хайфе.";
    "city": "из какого города", "Из какого города вы пишете?", "Город далеко.";
    "city": "في أي مدينة", "في أي مدينة تسكن؟", "المدينة بعيدة.";
    "city": "أين تسكن", "أين تسكن؟", "أنت تسكن في حيفا.";
}

/// Whether it asks for this field: in a sentence with a question mark, in words that are known to ask for it. Of fields
/// other than `name` and `city` nobody can tell.
#[must_use]
pub fn asks_for(text: &str, field: &str) -> bool {
    let sentences = text.split_inclusive(['.', '!', '?', '؟', '\n']).filter(|part| part.ends_with(['?', '؟']));
    let mut questions = sentences.map(NormalizedText::new);
    questions.any(|asked| {
        let mut of_it = QUESTIONS.iter().filter(|question| question.field == field);
        of_it.any(|question| !asked.find(&NormalizedText::new(question.words)).is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_asks_and_what_only_sounds_like_it_does_not() {
        for Question { field, words, asks, does_not } in QUESTIONS {
            assert!(asks_for(asks, field), "{words}: {asks}");
            assert!(!asks_for(does_not, field), "{words}: {does_not}");
            let other = if *field == "name" { "city" } else { "name" };
            assert!(!asks_for(asks, other), "{asks} asks for no {other}");
        }
        assert!(!asks_for("What is your name? I know it", "preferences"));
    }
}
