namespace OrleansRelease.Host.Telemetry;

/// <summary>Where traces are sent, by OTLP over HTTP.</summary>
internal static class OtlpAddress
{
    public const string Shape =
        "an address such as http://127.0.0.1:4318, without user, query and fragment; headers that hold a secret belong "
        + "into the variable OTEL_EXPORTER_OTLP_HEADERS";

    /// <summary>The address, ending with a slash; null where it is none.</summary>
    public static Uri? Read(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { Host.Length: > 0, UserInfo.Length: 0, Query.Length: 0, Fragment.Length: 0 }
            ? address
            : null;
}
