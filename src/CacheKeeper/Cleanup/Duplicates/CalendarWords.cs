using System.Collections.Frozen;

namespace CacheKeeper.Cleanup.Duplicates;

/// <summary>Words that name a time, money or a measure, each in its one form.</summary>
internal static class CalendarWords
{
    public static readonly FrozenDictionary<string, string> Dates = WordList.Named(
        "january: january jan", "february: february feb", "march: march mar", "april: april apr", "june: june jun", "july: july jul", "august: august aug", "september: september sep sept", "october: october oct", "november: november nov", "december: december dec",
        "monday: monday mon mondays", "tuesday: tuesday tue tues tuesdays", "wednesday: wednesday wed wednesdays", "thursday: thursday thu thur thurs thursdays", "friday: friday fri fridays", "saturday: saturday sat saturdays", "sunday: sunday sun sundays",
        "today: today", "tomorrow: tomorrow tmrw", "yesterday: yesterday", "tonight: tonight", "morning: morning", "afternoon: afternoon", "evening: evening", "night: night overnight", "noon: noon midday", "midnight: midnight", "weekend: weekend weekends", "weekday: weekday weekdays",
        "ago: ago", "spring: spring", "summer: summer", "autumn: autumn", "winter: winter", "am: a.m.", "pm: p.m. pm", "noon: noon");

    /// <summary>Words that place a day, week, month or year; what they say depends on them, so they count as dates everywhere.</summary>
    public static readonly FrozenDictionary<string, string> Placing = WordList.Named("last: last previous past prior", "next: next following upcoming coming", "current: current");

    public static readonly FrozenDictionary<string, string> Currencies = WordList.Named(
        "INR: ₹ rs rupee rupees inr", "USD: $ usd dollar dollars us$ bucks", "EUR: € eur euro euros", "GBP: £ gbp pound pounds quid", "JPY: ¥ jpy yen", "CNY: cny yuan rmb renminbi", "AED: aed dirham dirhams", "SGD: sgd", "AUD: aud", "CAD: cad", "CHF: chf francs franc",
        "KRW: krw ₩", "RUB: rub ruble rubles ₽", "BTC: btc bitcoin bitcoins ₿", "ETH: eth ether ethereum", "USDT: usdt", "HKD: hkd", "NZD: nzd", "SAR: sar riyal riyals", "THB: thb baht", "MYR: myr ringgit", "NPR: npr", "LKR: lkr", "BDT: bdt taka", "PKR: pkr", "ZAR: zar",
        "BRL: brl reais", "MXN: mxn peso pesos", "TRY: lira", "PLN: pln zloty", "SEK: sek krona", "paisa: paise paisa", "cent: cent cents", "pence: pence penny");

    public static readonly FrozenDictionary<string, string> Units = WordList.Named(
        "second: seconds sec secs", "minute: minute minutes min mins", "hour: hour hours hr hrs", "day: day days", "week: week weeks wk wks weekly", "month: month months mth monthly", "year: year years yr yrs yearly annual annually", "quarter: quarter quarters quarterly", "millisecond: ms millisecond milliseconds",
        "percent: % percent percentage pct", "basis-point: bps", "byte: byte bytes", "kb: kb kilobyte kilobytes kib", "mb: mb megabyte megabytes mib", "gb: gb gigabyte gigabytes gib", "tb: tb terabyte terabytes tib", "kilogram: kg kgs kilo kilos kilogram kilograms", "gram: gram grams gms", "pound-weight: lb lbs",
        "kilometer: km kms kilometer kilometers kilometre kilometres", "meter: meter meters metre metres", "mile: mile miles", "centimeter: cm cms centimeter centimeters centimetre centimetres", "millimeter: mm millimeter millimeters", "inch: inch inches", "foot: feet foot ft", "liter: liter liters litre litres",
        "milliliter: ml", "celsius: celsius centigrade °c", "fahrenheit: fahrenheit °f", "degree: degree degrees °", "ounce: ounce ounces oz", "gallon: gallon gallons", "acre: acre acres", "hectare: hectare hectares", "tonne: ton tons tonne tonnes", "daily: daily", "hourly: hourly", "watt: watt watts kw kilowatt");

    /// <summary>Units that are written hard against their number.</summary>
    public static readonly FrozenDictionary<string, string> Suffixes = WordList.Named(
        "second: s sec secs", "minute: min mins", "hour: h hr hrs", "day: d", "week: w wk", "month: mo", "year: y yr yrs", "millisecond: ms", "byte: b", "kb: kb", "mb: mb", "gb: gb", "tb: tb", "kilogram: kg kgs", "gram: g gm", "pound-weight: lb lbs", "kilometer: km", "meter: m", "centimeter: cm", "millimeter: mm",
        "inch: in", "foot: ft", "liter: l", "milliliter: ml", "celsius: c", "fahrenheit: f", "percent: pct", "am: am", "pm: pm", "INR: rs inr", "USD: usd", "EUR: eur", "GBP: gbp", "watt: w kw");

    /// <summary>The number of a month's name, 1 to 12.</summary>
    public static int? MonthOf(string word) =>
        word == "may" ? 5 : Dates.TryGetValue(word, out var name) && Array.IndexOf(Months, name) is >= 0 and var at ? at + 1 : null;

    private static readonly string[] Months = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
}
