import type { Field, Spec } from './telegram-spec.ts'

// name*:Type|Type — `*` is required, `[]` an array, `="x"` a constant. A type that is not listed below is not checked.
const TARGET = 'chat_id*:Integer|String'
const SENT = `business_connection_id:String ${TARGET} message_thread_id:Integer direct_messages_topic_id:Integer
  disable_notification:Boolean protect_content:Boolean allow_paid_broadcast:Boolean message_effect_id:String
  suggested_post_parameters:SuggestedPostParameters reply_parameters:ReplyParameters
  reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply`
const CAPTION = 'caption:String parse_mode:String caption_entities:MessageEntity[]'
const EDITED = `business_connection_id:String chat_id:Integer|String message_id:Integer inline_message_id:String
  reply_markup:InlineKeyboardMarkup`
const SCOPED = 'scope:BotCommandScope language_code:String'

const METHODS = {
  getMe: '',
  getUpdates: 'offset:Integer limit:Integer timeout:Integer allowed_updates:String[]',
  setWebhook: `url*:String certificate:InputFile ip_address:String max_connections:Integer allowed_updates:String[]
    drop_pending_updates:Boolean secret_token:String`,
  deleteWebhook: 'drop_pending_updates:Boolean',
  getWebhookInfo: '',
  sendMessage: `${SENT} text*:String parse_mode:String entities:MessageEntity[]
    link_preview_options:LinkPreviewOptions`,
  sendPhoto: `${SENT} ${CAPTION} photo*:InputFile|String show_caption_above_media:Boolean has_spoiler:Boolean`,
  sendDocument: `${SENT} ${CAPTION} document*:InputFile|String thumbnail:InputFile|String
    disable_content_type_detection:Boolean`,
  sendMessageDraft: `chat_id*:Integer message_thread_id:Integer draft_id*:Integer text:String parse_mode:String
    entities:MessageEntity[]`,
  sendChatAction: `business_connection_id:String ${TARGET} message_thread_id:Integer action*:String`,
  setMessageReaction: `${TARGET} message_id*:Integer reaction:ReactionType[] is_big:Boolean`,
  editMessageText: `${EDITED} text:String parse_mode:String entities:MessageEntity[]
    link_preview_options:LinkPreviewOptions`,
  editMessageCaption: `${EDITED} ${CAPTION} show_caption_above_media:Boolean`,
  editMessageReplyMarkup: EDITED,
  deleteMessage: `${TARGET} message_id*:Integer`,
  deleteMessages: `${TARGET} message_ids*:Integer[]`,
  answerCallbackQuery: `callback_query_id*:String text:String show_alert:Boolean url:String cache_time:Integer`,
  setMyCommands: `commands*:BotCommand[] ${SCOPED}`,
  getMyCommands: SCOPED,
  deleteMyCommands: SCOPED,
  setMyDescription: 'description:String language_code:String',
  setMyShortDescription: 'short_description:String language_code:String',
  setChatMenuButton: 'chat_id:Integer menu_button:MenuButton',
  getFile: 'file_id*:String',
  getChat: TARGET,
  getChatMember: `${TARGET} user_id*:Integer`,
}

const TYPES = {
  MessageEntity: `type*:String offset*:Integer length*:Integer url:String user:User language:String
    custom_emoji_id:String unix_time:Integer date_time_format:String`,
  LinkPreviewOptions: `is_disabled:Boolean url:String prefer_small_media:Boolean prefer_large_media:Boolean
    show_above_text:Boolean`,
  ReplyParameters: `message_id*:Integer chat_id:Integer|String allow_sending_without_reply:Boolean quote:String
    quote_parse_mode:String quote_entities:MessageEntity[] quote_position:Integer checklist_task_id:Integer
    poll_option_id:String`,
  InlineKeyboardMarkup: 'inline_keyboard*:InlineKeyboardButton[][]',
  InlineKeyboardButton: `text*:String icon_custom_emoji_id:String style:String url:String callback_data:String
    web_app:WebAppInfo login_url:LoginUrl switch_inline_query:String switch_inline_query_current_chat:String
    switch_inline_query_chosen_chat:SwitchInlineQueryChosenChat copy_text:CopyTextButton callback_game:CallbackGame
    pay:Boolean`,
  WebAppInfo: 'url*:String',
  CopyTextButton: 'text*:String',
  ReplyKeyboardMarkup: `keyboard*:KeyboardButton[][] is_persistent:Boolean resize_keyboard:Boolean
    one_time_keyboard:Boolean input_field_placeholder:String selective:Boolean`,
  KeyboardButton: `text*:String icon_custom_emoji_id:String style:String request_contact:Boolean
    request_location:Boolean web_app:WebAppInfo`,
  ReplyKeyboardRemove: 'remove_keyboard*:Boolean selective:Boolean',
  ForceReply: 'force_reply*:Boolean input_field_placeholder:String selective:Boolean',
  BotCommand: 'command*:String description*:String',
  ReactionTypeEmoji: 'type*="emoji" emoji*:String',
  ReactionTypeCustomEmoji: 'type*="custom_emoji" custom_emoji_id*:String',
  BotCommandScopeDefault: 'type*="default"',
  BotCommandScopeAllPrivateChats: 'type*="all_private_chats"',
  BotCommandScopeAllGroupChats: 'type*="all_group_chats"',
  BotCommandScopeAllChatAdministrators: 'type*="all_chat_administrators"',
  BotCommandScopeChat: `type*="chat" ${TARGET}`,
  BotCommandScopeChatAdministrators: `type*="chat_administrators" ${TARGET}`,
  BotCommandScopeChatMember: `type*="chat_member" ${TARGET} user_id*:Integer`,
  Update: `update_id*:Integer message:Message edited_message:Message callback_query:CallbackQuery
    my_chat_member:ChatMemberUpdated chat_member:ChatMemberUpdated message_reaction:MessageReactionUpdated
    message_reaction_count:MessageReactionCountUpdated inline_query:InlineQuery poll:Poll poll_answer:PollAnswer`,
}

const UNIONS = {
  ReactionType: ['ReactionTypeEmoji', 'ReactionTypeCustomEmoji'],
  BotCommandScope: Object.keys(TYPES).filter((name) => name.startsWith('BotCommandScope')),
}

const typeOf = (text: string): string =>
  text.endsWith('[]') ? `Array of ${typeOf(text.slice(0, -'[]'.length))}` : text

const fieldOf = (text: string): Field => {
  const [, name = '', star, types = ''] = /^(\w+)(\*?)[:=](.+)$/.exec(text) ?? []
  return { name, required: star === '*', types: types.split('|').map(typeOf) }
}

const fieldsOf = (text: string) => text.split(/\s+/).filter(Boolean).map(fieldOf)

/** The methods we use, in the form of the published description; answers are not described. */
export const fallbackSpec = (): Spec => ({
  methods: Object.fromEntries(
    Object.entries(METHODS).map(([name, text]) => [name, { fields: fieldsOf(text), returns: ['Anything'] }]),
  ),
  types: {
    ...Object.fromEntries(Object.entries(TYPES).map(([name, text]) => [name, { fields: fieldsOf(text) }])),
    ...Object.fromEntries(Object.entries(UNIONS).map(([name, subtypes]) => [name, { subtypes }])),
  },
})
