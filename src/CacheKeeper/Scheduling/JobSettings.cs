using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace CacheKeeper.Scheduling;

/// <summary>What an operator says about one job of the timetable; what is null follows the timetable.</summary>
internal sealed record JobSettings : IValidatableObject
{
    /// <summary>Five fields (minute hour day month weekday) or a word such as @daily; six fields begin with seconds.</summary>
    public string? Cron { get; init; }

    /// <summary>Whose clock the times are read on, such as Europe/Warsaw; null follows scheduling.timeZone.</summary>
    public string? TimeZone { get; init; }

    /// <summary>What becomes of times that passed while no keeper ran.</summary>
    [JsonConverter(typeof(MisfireWords))]
    public MisfirePolicy Misfire { get; init; } = MisfirePolicy.RunOnce;

    /// <summary>What becomes of a time that comes while the job still runs.</summary>
    public OverlapPolicy Overlap { get; init; } = OverlapPolicy.Skip;

    /// <summary>Whether the timetable runs it; by hand it still can be.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Starts up to this much later, by a share fixed for each project: many projects do not start at one instant.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "06:00:00")]
    public TimeSpan Jitter { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Cron is not null && CronSchedule.WhyNot(Cron) is { } wrong)
        {
            yield return new ValidationResult(wrong, [nameof(Cron)]);
        }

        if (TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
        {
            yield return new ValidationResult($"there is no time zone '{TimeZone}'; name it as in Europe/Warsaw.", [nameof(TimeZone)]);
        }
    }
}
