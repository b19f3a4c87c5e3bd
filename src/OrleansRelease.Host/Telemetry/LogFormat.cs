namespace OrleansRelease.Host.Telemetry;

/// <summary>For whom lines of the log are written.</summary>
internal enum LogFormat
{
    /// <summary>For people, on standard error.</summary>
    Text,

    /// <summary>For machines: one JSON object a line, on standard output.</summary>
    Json,
}
