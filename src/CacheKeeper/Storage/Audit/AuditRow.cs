namespace CacheKeeper.Storage.Audit;

/// <summary>A line of the audit log as the table's columns hold it.</summary>
internal sealed class AuditRow
{
    public const string Columns = """
        SELECT seq AS Seq, at AS At, who AS Who, origin AS Origin, project AS Project, action AS Action, object AS Object,
            before_count AS Before, after_count AS After, result AS Result, detail AS Detail, previous AS Previous, hash AS Hash
        FROM audit
        """;

    public const string Insert = """
        INSERT INTO audit (seq, at, who, origin, project, action, object, before_count, after_count, result, detail, previous, hash)
        VALUES (@Seq, @At, @Who, @Origin, @Project, @Action, @Object, @Before, @After, @Result, @Detail, @Previous, @Hash)
        """;

    public long Seq { get; set; }
    public long At { get; set; }
    public string Who { get; set; } = "";
    public string Origin { get; set; } = "";
    public string? Project { get; set; }
    public string Action { get; set; } = "";
    public string Object { get; set; } = "";
    public long? Before { get; set; }
    public long? After { get; set; }
    public string Result { get; set; } = "";
    public string Detail { get; set; } = "";
    public string Previous { get; set; } = "";
    public string Hash { get; set; } = "";

    public static AuditRow Of(AuditLine line) => new()
    {
        Seq = line.Seq,
        At = line.Entry.At.ToUnixTimeMilliseconds(),
        Who = line.Entry.Actor.Who,
        Origin = line.Entry.Actor.From,
        Project = line.Entry.Project,
        Action = line.Entry.Action,
        Object = line.Entry.Object,
        Before = line.Entry.Before,
        After = line.Entry.After,
        Result = line.Entry.Result,
        Detail = line.Entry.Detail,
        Previous = line.Previous,
        Hash = line.Hash,
    };

    public AuditLine ToLine() => new(
        Seq,
        new AuditEntry(DateTimeOffset.FromUnixTimeMilliseconds(At), new Actor(Who, Origin), Action, Object, Result) { Project = Project, Before = Before, After = After, Detail = Detail },
        Previous,
        Hash);
}
