"""The words of strangers' tables, English and Japanese: names of columns, kinds of deals, statuses, units.

Only a draft uses them, as proposals; an import books nothing that the mapping does not say.
"""

from __future__ import annotations

# role, names of columns; the first role that fits a column gets it
ROLES: tuple[tuple[str, str], ...] = (
    (
        "source_url",
        r"(?:source )?(?:url|link|href)|出典url|リンク|source_url",
    ),
    (
        "source_publisher",
        r"publisher|outlet|media|source name|媒体|発行元|source_publisher",
    ),
    (
        "source_date",
        r"(?:source|publication|published|report(?:ed|ing)?) ?date|公表日|報道日|発行日|source_date",
    ),
    (
        "known_on",
        r"known[ _]on|disclosed(?: on)?|公開日",
    ),
    (
        "amount_low",
        (
            r".*(?:amount|value|size).*(?:low|min).*|(?:low|min)(?:imum)?[ _](?:amount|value).*"
            r"|金額.*下限|下限"
        ),
    ),
    (
        "amount_high",
        (
            r".*(?:amount|value|size).*(?:high|max).*|(?:high|max)(?:imum)?[ _](?:amount|value).*"
            r"|金額.*上限|上限"
        ),
    ),
    (
        "currency",
        r"currency|ccy|curr\.?|通貨",
    ),
    (
        "unit",
        r"units?|scale|multiplier|単位",
    ),
    (
        "status",
        (
            r"(?:deal |transaction |current )?(?:status|stage|state|phase)|状態|状況|ステータス|段階"
            r"|進捗"
        ),
    ),
    (
        "basis",
        r"(?:amount |value )?(?:basis|measure|nature)|金額の性質|性質|計上基準",
    ),
    (
        "kind",
        (
            r"(?:deal |transaction |instrument |relationship |flow )?(?:types?|kinds?"
            r"|category|class|instrument|nature of deal)"
            r"|種類|種別|区分|形態|取引(?:の)?(?:種類|種別|内容|形態|区分)|関係"
        ),
    ),
    (
        "start",
        r"start(?:[ _]date)?|from date|effective(?: date)?|begin.*|開始日?|契約開始",
    ),
    (
        "end",
        r"end(?:[ _]date)?|to date|expiry|maturity|終了日?|満期|期限",
    ),
    (
        "date",
        (
            r"(?:deal |announce(?:d|ment)? |transaction |signing |closing |event )?date"
            r"|(?:announced|signed|closed|agreed|reported)(?: on)?|when|day|year|.* date|年月日?|日付|.{1,6}日|時期|年"
        ),
    ),
    (
        "amount",
        r"(?:.* )?(?:amount|deal value|deal size|value|size|sum|consideration|volume|commitment)(?:[ _(].*)?"
        r"|(?:usd|us\$|\$|eur|€|jpy)[ _]?(?:bn|m|mm|mn|billion|million|b)?"
        r"|金額.*|取引額.*|契約額.*|出資額.*|規模.*|総額.*",
    ),
    (
        "deal",
        (
            r"(?:deal|transaction|contract)(?:[ _]?(?:id|no\.?|number|name|ref.*))?|id|案件名?|取引名"
            r"|契約番号|番号"
        ),
    ),
    (
        "leg",
        r"(?:leg|tranche)(?:[ _]?(?:id|no\.?|number))?|明細(?:番号)?|トランシェ",
    ),
    (
        "replaces",
        r"(?:replaces|supersedes)(?: deal)?|置き換え(?:る取引)?|差し替え元",
    ),
    (
        "part_of",
        r"part[ _]of(?: deal)?|parent(?: deal)?|内訳元|親取引",
    ),
    (
        "conditions",
        r"conditions?|terms?|contingenc.*|条件",
    ),
    (
        "description",
        r"description|details?|summary|text|what|headline|title|概要|内容|説明|詳細|見出し",
    ),
    (
        "note",
        r"notes?|comments?|remarks?|備考|メモ|注記?",
    ),
    (
        "source_url",
        r"sources?|citation|reference|出典|出所|情報源",
    ),
)
# who pays in a telling pair of columns: payer, payee, what it is about
PAIRS: tuple[tuple[str, str, str], ...] = (
    (
        r"payer|paid by|支払(?:元|者|側)|払い手|送金元",
        r"payee|paid to|recipient of payment|受取(?:先|人|側)|支払先|受け手|送金先",
        "any",
    ),
    (
        r"investors?|funders?|backer|出資者|投資家|出資元",
        (
            r"investees?|company|target|recipient|issuer|start-?up|portfolio company|出資先|投資先"
            r"|被投資会社|会社"
        ),
        "finance",
    ),
    (
        r"lenders?|creditors?|貸し手|貸主|債権者|融資元",
        r"borrowers?|debtors?|借り手|借主|債務者|融資先",
        "finance",
    ),
    (
        (
            r"buyers?|customers?|purchasers?|clients?|acquirers?|lessees?|tenants?|買い手|買主|購入者"
            r"|顧客|発注元|発注者|借り主"
        ),
        (
            r"sellers?|vendors?|suppliers?|providers?|lessors?|landlords?|売り手|売主|販売者|供給者"
            r"|供給元|受注者|発注先"
        ),
        "trade",
    ),
    (
        (
            r"from|source|sender|src|party ?a|party ?1|company ?a|company ?1|entity ?a|entity ?1|甲|から"
            r"|送り手|当事者1"
        ),
        (
            r"to|target|receiver|dst|party ?b|party ?2|company ?b|company ?2|entity ?b|entity ?2"
            r"|counterparty|乙|へ|受け手|当事者2"
        ),
        "?",
    ),
)
# words of a kind, instrument (empty: leave out), what it is about or why it is left out
KINDS: tuple[tuple[str, str, str], ...] = (
    (
        r"stake value|fair value|valuation|market value|持分評価|評価額",
        "",
        "what a holding is worth; nobody paid it",
    ),
    (
        r"run[- ]?rate|annuali[sz]ed|arr\b|年率",
        "",
        "a speed, not money received",
    ),
    (
        r"accounting|impairment|write|accru|unreali|non-?cash|adjust|会計|減損|評価益|仕訳",
        "",
        "an accounting entry",
    ),
    (
        r"backlog|rpo|受注残",
        "",
        "an order book, not a payment",
    ),
    (
        r"loan|debt|credit|bond|note|facility|lend|融資|貸付|社債|借入",
        "debt",
        "finance",
    ),
    (
        r"convertible|転換社債",
        "convertible",
        "finance",
    ),
    (
        r"warrant|新株予約権|ワラント",
        "warrant",
        "?",
    ),
    (
        r"guarantee|backstop|保証",
        "guarantee_backstop",
        "?",
    ),
    (
        r"credits?|in[- ]kind|クレジット|現物",
        "credits_in_kind",
        "finance",
    ),
    (
        r"equity|invest|stake|shares?|fund|series|round|出資|投資|株式|資金調達",
        "equity",
        "finance",
    ),
    (
        r"lease|rent|colocation|賃貸|リース|賃借",
        "lease",
        "trade",
    ),
    (
        r"cloud|compute|service|hosting|capacity|saas|licen[cs]e|クラウド|計算|役務|サービス|利用",
        "purchase_service",
        "trade",
    ),
    (
        (
            r"chips?|gpus?|hardware|equipment|purchase|supply|order|procure|購入|調達|半導体|機器|発注"
            r"|供給"
        ),
        "purchase_goods",
        "trade",
    ),
    (
        r"revenue share|royalt|レベニューシェア|収益分配",
        "revenue_share",
        "?",
    ),
    (
        r"acqui|merger|m&a|asset|買収|合併|資産",
        "asset_sale",
        "trade",
    ),
    (
        r"grant|subsid|補助",
        "subsidy",
        "finance",
    ),
)
# words of a status, our status
STATUSES: tuple[tuple[str, str], ...] = (
    (
        r"letter of intent|\bloi\b|mou|memorandum|intent|non-?binding|term sheet|意向|覚書|基本合意",
        "loi",
    ),
    (
        r"rumou?r|talks|reported|speculat|negotiat|観測|報道|協議|交渉",
        "rumoured",
    ),
    (
        r"announce|planned|proposed|pending|発表|計画|予定",
        "announced",
    ),
    (
        r"cancel|terminat|abandon|withdrawn|called off|中止|解約|撤回|破談",
        "cancelled",
    ),
    (
        r"lapsed|expired|失効",
        "lapsed",
    ),
    (
        r"default|不履行",
        "defaulted",
    ),
    (
        r"signed|definitive|contract|agreed|binding|締結|契約済|合意",
        "signed",
    ),
    (
        r"amended|変更",
        "amended",
    ),
    (
        r"fully paid|paid in full|完済|全額支払",
        "paid_full",
    ),
    (
        r"partly paid|partially|一部支払",
        "paid_part",
    ),
)
# words of a unit in the name of a column, our unit
UNIT_WORDS: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:bn|billions?|b)\b|十億",
        "billion",
    ),
    (
        r"\b(?:m|mm|mn|millions?)\b|百万",
        "million",
    ),
    (
        r"\b(?:k|thousands?|000s?)\b|千",
        "thousand",
    ),
    (
        r"億",
        "億",
    ),
    (
        r"兆",
        "兆",
    ),
    (
        r"万",
        "万",
    ),
)
