using CacheKeeper.Dashboard.Access;
using OpenTelemetry.Metrics;

namespace CacheKeeper;

/// <summary>Shows the newest figures to other people's tools: <c>/metrics</c> for Prometheus, and OTLP where OTEL_EXPORTER_OTLP_ENDPOINT says where to.</summary>
internal static class TelemetryHost
{
    private const string OtlpAddress = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddHostedService<MeterService>();
        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(MeterService.Name).AddPrometheusExporter(options => options.ScrapeResponseCacheDurationMilliseconds = 1000);
            if (Environment.GetEnvironmentVariable(OtlpAddress) is { Length: > 0 })
            {
                metrics.AddOtlpExporter();
            }
        });
    }

    /// <summary>Behind a token with the right to read metrics, as every other figure.</summary>
    public static void MapTelemetry(this WebApplication app) => app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(Rights.Metrics);
}
