//! What the product itself says to customers, in their language: a business chooses one of two languages to work in
//! ([`Language`]), its customers write in more (docs/rules.md#f5).

use crate::language::Language;

/// A language the product speaks to customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Spoken {
    /// Hebrew.
    Hebrew,
    /// English; also for whoever writes another language in Latin letters, or shows by their letters that they write one
    /// of Cyrillic or Arabic script that is not spoken here: Ukrainian, Persian.
    English,
    /// Russian.
    Russian,
    /// Arabic.
    Arabic,
}

/// Fewer letters say nothing of a language: `ok` is written in all of them.
const FEWEST_LETTERS: usize = 4;

impl Spoken {
    /// Every one of them.
    pub const ALL: [Self; 4] = [Self::Hebrew, Self::English, Self::Russian, Self::Arabic];

    /// The language of these texts, by the script most of their letters are of; none where they hold hardly any, or as
    /// many of two.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut letters = [0_usize; 4];
        let mut is_another = false;
        // An address of the web or of mail is in no language.
        let is_address = |word: &&str| word.contains("://") || word.starts_with("www.") || word.contains('@');
        let words = texts.into_iter().flat_map(str::split_whitespace).filter(|word| !is_address(word));
        for letter in words.flat_map(str::chars) {
            is_another |= matches!(letter, 'і' | 'ї' | 'є' | 'ґ' | 'ў' | 'І' | 'Ї' | 'Є' | 'Ґ' | 'Ў')
                || matches!(letter, 'پ' | 'چ' | 'ژ' | 'ک' | 'گ' | 'ی' | 'ٹ' | 'ڈ' | 'ے');
            let Some(script) = script(letter) else { continue };
            letters.iter_mut().zip(Self::ALL).filter(|(_, of)| *of == script).for_each(|(count, _)| *count += 1);
        }
        let most = letters.iter().max().copied().unwrap_or_default();
        let mut first = letters.iter().zip(Self::ALL).filter(|(count, _)| **count == most);
        match (first.next(), first.next()) {
            (Some((_, Self::Russian | Self::Arabic)), None) if is_another && most >= FEWEST_LETTERS => {
                Some(Self::English)
            }
            (Some((_, language)), None) if most >= FEWEST_LETTERS => Some(language),
            _ => None,
        }
    }

    /// Its name by ISO 639-1.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Hebrew => "he",
            Self::English => "en",
            Self::Russian => "ru",
            Self::Arabic => "ar",
        }
    }

    pub(crate) fn words(self) -> &'static SpokenWords {
        match self {
            Self::Hebrew => &HEBREW,
            Self::English => &ENGLISH,
            Self::Russian => &RUSSIAN,
            Self::Arabic => &ARABIC,
        }
    }

    /// Why their number is asked for, above WhatsApp's button that shares it.
    #[must_use]
    pub fn number_request(self) -> &'static str {
        self.words().number_request
    }

    /// That an AI answers: the sentence before its first answer to a customer.
    #[must_use]
    pub fn disclosure(self) -> &'static str {
        self.words().disclosure
    }
}

impl From<Language> for Spoken {
    fn from(language: Language) -> Self {
        match language {
            Language::Hebrew => Self::Hebrew,
            Language::English => Self::English,
        }
    }
}

/// Whose letter it is; none for digits, signs and other scripts.
fn script(letter: char) -> Option<Spoken> {
    match letter {
        '\u{5D0}'..='\u{5F2}' => Some(Spoken::Hebrew),
        '\u{400}'..='\u{52F}' => Some(Spoken::Russian),
        '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D3}' => Some(Spoken::Arabic),
        'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' => Some(Spoken::English),
        _ => None,
    }
}

/// Everything of it.
pub(crate) struct SpokenWords {
    // Returning customers (docs/rules.md#e).
    pub(crate) greeting: &'static str,
    pub(crate) question: &'static str,
    pub(crate) continue_title: &'static str,
    pub(crate) fresh_title: &'static str,
    /// The AI's last sentence before a person answers (docs/rules.md#h2).
    pub(crate) farewell: &'static str,
    /// That an AI answers (docs/rules.md#h9).
    pub(crate) disclosure: &'static str,
    /// Why their number is asked for (docs/rules.md#h10).
    pub(crate) number_request: &'static str,
}

static HEBREW: SpokenWords = SpokenWords {
    greeting: "היי",
    question: "רוצה שנמשיך מאיפה שעצרנו או להתחיל מחדש?",
    continue_title: "להמשיך",
    fresh_title: "להתחיל מחדש",
    farewell: "הבקשה הועברה לצוות, ונציג יענה כאן בהקדם.",
    disclosure: "כאן עונה עוזר מבוסס בינה מלאכותית. תמיד אפשר לבקש נציג.",
    number_request: "כדי שנוכל גם להתקשר, אפשר לשתף כאן את מספר הטלפון.",
};

static ENGLISH: SpokenWords = SpokenWords {
    greeting: "Hi",
    question: "Shall we pick up where we left off, or start over?",
    continue_title: "Continue",
    fresh_title: "Start over",
    farewell: "This has been passed on to the team; someone will answer you here as soon as possible.",
    disclosure: "You are talking to an AI assistant. You can ask for a person at any time.",
    number_request: "So that we can call you as well, you can share your phone number here.",
};

static RUSSIAN: SpokenWords = SpokenWords {
    greeting: "Здравствуйте",
    question: "Продолжим с того места, где остановились, или начнём заново?",
    continue_title: "Продолжить",
    fresh_title: "Начать заново",
    farewell: "Мы передали ваш запрос команде, вам ответят здесь как можно скорее.",
    disclosure: "Вам отвечает ИИ-помощник. В любой момент можно попросить ответить человека.",
    number_request: "Чтобы мы могли вам позвонить, вы можете поделиться здесь номером телефона.",
};

static ARABIC: SpokenWords = SpokenWords {
    greeting: "مرحبًا",
    question: "هل نتابع من حيث توقفنا أم نبدأ من جديد؟",
    continue_title: "متابعة",
    fresh_title: "البدء من جديد",
    farewell: "تم تحويل طلبك إلى الفريق، وسيرد عليك أحد الموظفين هنا في أقرب وقت.",
    disclosure: "يرد عليك مساعد يعمل بالذكاء الاصطناعي. يمكنك طلب التحدث مع موظف في أي وقت.",
    number_request: "لكي نتمكن من الاتصال بك أيضًا، يمكنك مشاركة رقم هاتفك هنا.",
};
