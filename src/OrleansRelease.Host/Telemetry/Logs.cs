using Microsoft.Extensions.Logging.Console;
using OrleansRelease.Host.Running;

namespace OrleansRelease.Host.Telemetry;

/// <summary>Where lines of the log go, and which.</summary>
internal static class Logs
{
    public static void AddTo(ILoggingBuilder logging, RunOptions options)
    {
        logging.ClearProviders();
        if (options.LogFormat == LogFormat.Json) AddJson(logging);
        else AddText(logging);
        var level = options.LogLevel;
        logging.SetMinimumLevel(level < LogLevel.Information ? level : LogLevel.Warning);
        // What the framework says of its own life is for its developers.
        logging.AddFilter("OrleansRelease", level);
    }

    /// <summary>What is said on standard output in any case.</summary>
    public static string Said(RunOptions options, string message) => options.LogFormat == LogFormat.Json
        ? JsonLines.Said(TimeProvider.System.GetUtcNow(), message)
        : message;

    private static void AddJson(ILoggingBuilder logging)
    {
        logging.AddConsole(console => console.FormatterName = JsonLines.FormatName);
        logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
    }

    private static void AddText(ILoggingBuilder logging)
    {
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        // Standard output is for the one line that says where it listens.
        logging.Services.Configure<ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
