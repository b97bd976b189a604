"""What the page of phones says, in English and Chinese."""

WORDS = {
    "en": {
        "title": "Phones", "story": "Story", "step": "Step {step} of {steps}", "next": "Next", "page": "Page language",
        "phone": "{name}'s phone, {role}", "speaks": "{name} reads", "chats": "Chats", "news": "{n} new",
        "messages": "Messages in {chat}", "write": "Write as {name}", "send": "Send", "photo": "Photo",
        "place": "Place", "menu": "Menu", "reply": "Reply", "replying": "Replying to: {text}",
        "drop": "Do not reply", "a_photo": "Photo", "a_voice": "Voice note", "a_place": "Place", "a_contact": "Contact", "a_file": "File {name}",
        "edited": "edited", "silent": "sent silently", "you": "You", "answers": "answers {text}", "link": "opens a link",
        "start": "Start", "nothing": "No messages yet.", "toast": "{bot} says: {text}", "reaction": "Reactions: {all}",
        "refused": "That did not work: {why}", "no_story": "A Telegram of your own. Write to the bot, or in the group.",
        "voice": "Voice", "topic": "Topic", "general": "General", "changed": "changed", "alert": "The bot says", "close": "Close",
        "new_chat_members": "{about} joined.", "left_chat_member": "{about} left.", "pinned_message": "Pinned: {about}",
        "forum_topic_created": "Topic {about} was made.", "new_chat_title": "The chat has a new name.",
        "migrate_to_chat_id": "This group has become a supergroup.", "migrate_from_chat_id": "This group has become a supergroup.",
        "empty": "No commands.", "unanswered": "The bot has not answered.",
    },
    "zh": {
        "title": "手机", "story": "故事", "step": "第 {step} 步, 共 {steps} 步", "next": "下一步", "page": "页面语言",
        "phone": "{name}的手机, {role}", "speaks": "{name}用的语言", "chats": "聊天", "news": "{n} 条新消息",
        "messages": "{chat}里的消息", "write": "以{name}的身份写", "send": "发送", "photo": "照片",
        "place": "位置", "menu": "命令", "reply": "回复", "replying": "回复: {text}",
        "drop": "不回复", "a_photo": "照片", "a_voice": "语音", "a_place": "位置", "a_contact": "名片", "a_file": "文件 {name}",
        "edited": "已更新", "silent": "静音发送", "you": "我", "answers": "回复 {text}", "link": "打开链接",
        "start": "开始", "nothing": "还没有消息。", "toast": "{bot}: {text}", "reaction": "回应: {all}",
        "refused": "没有成功: {why}", "no_story": "自己的 Telegram。给机器人写, 或者在群里写。",
        "voice": "语音", "topic": "话题", "general": "综合", "changed": "有更新", "alert": "机器人的提示", "close": "关闭",
        "new_chat_members": "{about} 加入了群聊。", "left_chat_member": "{about} 离开了群聊。", "pinned_message": "已置顶: {about}",
        "forum_topic_created": "新话题: {about}", "new_chat_title": "群聊改名了。",
        "migrate_to_chat_id": "这个群已升级为超级群。", "migrate_from_chat_id": "这个群已升级为超级群。",
        "empty": "没有命令。", "unanswered": "机器人没有回应。",
    },
}  # fmt: skip
LANGUAGES = {"en": "English", "zh": "中文"}


def say(language: str, key: str, **values: object) -> str:
    return WORDS[language][key].format(**values)
