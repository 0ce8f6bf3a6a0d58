//! What WhatsApp itself writes into exported chats, in Hebrew, English, Russian and Arabic. All of it is compared in lower
//! case, without marks of direction, `׳` as `'`.

/// Instead of a message that was taken back, by its sender or by whom the file is of.
pub(super) const DELETED: [&str; 15] = [
    "this message was deleted",
    "you deleted this message",
    "הודעה זו נמחקה",
    "ההודעה נמחקה",
    "ההודעה הזו נמחקה",
    "מחקת הודעה זו",
    "מחקת את ההודעה הזו",
    "מחקת את ההודעה הזאת",
    "данное сообщение удалено",
    "сообщение удалено",
    "вы удалили данное сообщение",
    "вы удалили это сообщение",
    "تم حذف هذه الرسالة",
    "لقد حذفت هذه الرسالة",
    "أنت حذفت هذه الرسالة",
];

/// Behind a message that was changed.
pub(super) const EDITED: [&str; 7] = [
    "<this message was edited>",
    "<ההודעה נערכה>",
    "<הודעה זו נערכה>",
    "<נערכה הודעה זו>",
    "<данное сообщение изменено>",
    "<сообщение изменено>",
    "<تم تعديل هذه الرسالة>",
];

/// Instead of what was left out, whatever it is (Android).
pub(super) const MEDIA_OMITTED: [&str; 10] = [
    "<media omitted>",
    "<המדיה הושמטה>",
    "<המדיה לא נכללה>",
    "<מדיה לא נכללה>",
    "<המדיה הוסרה>",
    "<מדיה הושמטה>",
    "<без медиафайлов>",
    "<файл пропущен>",
    "<تم استبعاد الوسائط>",
    "<الوسائط غير مدرجة>",
];

/// Behind the name of a file that is exported with the chat (Android).
pub(super) const FILE_ATTACHED: [&str; 4] = ["(file attached)", "(קובץ מצורף)", "(файл добавлен)", "(الملف مرفق)"];

/// Before the name of one (iPhone), in angle brackets.
pub(super) const ATTACHED: [&str; 5] = ["<attached: ", "<מצורף: ", "<прикреплено: ", "<المُرفق: ", "<مرفق: "];

/// How iPhones say of what they leave out what it was: the words it begins with, a language a line.
pub(super) const OMITTED: [(Omitted, &[&str]); 7] = [
    (
        Omitted::Image,
        &["image omitted", "התמונה הושמטה", "изображение опущено", "изображение пропущено", "تم استبعاد الصورة"],
    ),
    (
        Omitted::Video,
        &[
            "video omitted",
            "הסרטון הושמט",
            "סרטון הווידאו הושמט",
            "видео опущено",
            "видео пропущено",
            "تم استبعاد الفيديو",
        ],
    ),
    (Omitted::Video, &["gif omitted", "gif הושמט", "gif опущено", "gif пропущен", "تم استبعاد gif"]),
    (
        Omitted::Audio,
        &[
            "audio omitted",
            "השמע הושמט",
            "האודיו הושמט",
            "ההקלטה הושמטה",
            "קובץ השמע הושמט",
            "аудиофайл опущен",
            "аудио пропущено",
            "تم استبعاد الصوت",
        ],
    ),
    (
        Omitted::Sticker,
        &[
            "sticker omitted",
            "הסטיקר הושמט",
            "סטיקר הושמט",
            "המדבקה הושמטה",
            "стикер опущен",
            "стикер пропущен",
            "تم استبعاد الملصق",
        ],
    ),
    (
        Omitted::Document,
        &["document omitted", "המסמך הושמט", "документ опущен", "документ пропущен", "تم استبعاد المستند"],
    ),
    (
        Omitted::Card,
        &[
            "contact card omitted",
            "כרטיס איש הקשר הושמט",
            "כרטיס איש קשר הושמט",
            "карточка контакта опущена",
            "контакт пропущен",
            "تم استبعاد بطاقة جهة الاتصال",
        ],
    ),
];

/// What was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Omitted {
    Image,
    Video,
    Audio,
    Sticker,
    Document,
    Card,
}

/// A call that nobody answered, at the beginning of what is written.
pub(super) const MISSED_CALL: [&str; 10] = [
    "missed voice call",
    "missed video call",
    "שיחה קולית שלא נענתה",
    "שיחת קול שלא נענתה",
    "שיחת וידאו שלא נענתה",
    "пропущенный аудиозвонок",
    "пропущенный видеозвонок",
    "пропущенный голосовой вызов",
    "مكالمة صوتية فائتة",
    "مكالمة فيديو فائتة",
];

/// At the beginning of what WhatsApp says in the name of one of the two, where its own mark is missing: of encryption.
pub(super) const NOTICES: [&str; 5] = [
    "messages and calls are end-to-end encrypted",
    "ההודעות והשיחות מוצפנות",
    "сообщения и звонки защищены сквозным шифрованием",
    "الرسائل والمكالمات مشفرة",
    "waiting for this message",
];

/// Before a link to a map.
pub(super) const LOCATION: [&str; 4] = ["location: ", "מיקום: ", "местоположение: ", "الموقع: "];

/// In the name of a file, before the name of whom the chat is with.
pub(super) const FILE_OF: [&str; 8] = [
    "whatsapp chat with ",
    "whatsapp chat - ",
    "צ'אט whatsapp עם ",
    "שיחת whatsapp עם ",
    "צ'אט ב-whatsapp עם ",
    "чат whatsapp с ",
    "محادثة whatsapp مع ",
    "דו-שיח whatsapp עם ",
];
