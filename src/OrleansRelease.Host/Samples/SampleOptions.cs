using System.Globalization;

namespace OrleansRelease.Host.Samples;

/// <summary>How a version of the sample service goes wrong for its users.</summary>
internal enum SampleFault
{
    None,

    /// <summary>A share of the requests is answered with 500.</summary>
    Errors,

    /// <summary>Every request takes long.</summary>
    Slow,

    /// <summary>The process exits in the middle of a request.</summary>
    Crash,

    /// <summary>Healthy at first, then as <see cref="Errors"/>.</summary>
    Late,

    /// <summary>Answers well, and whoever routes to it reports no numbers; nor does it itself.</summary>
    Silent,

    /// <summary>Healthy for a number of requests, then as <see cref="Errors"/> for as many, again and again.</summary>
    Flapping,
}

/// <summary>
/// The command line of the sample service. With <c>--when</c> its requests fail only while that file is there, with
/// <c>--ready-when</c> it answers nobody before that file is; with <c>--stops-after</c> it takes so many seconds to
/// end. With <c>--latency</c> each answer takes so many milliseconds, and with <c>--capacity</c> it serves so many
/// requests at once and fails whoever comes above that with 503.
/// </summary>
internal sealed record SampleOptions(
    string Version, int Port, SampleFault Fault, double Rate, int After, string? LogFile, string? When = null,
    string? ReadyWhen = null, int StopsAfter = 0, int Latency = 0, int Capacity = int.MaxValue)
{
    public const string Usage =
        "sample --version V --port N [--fault none|errors|slow|crash|late|silent|flapping]"
        + " [--rate 0.3] [--after N] [--when FILE] [--ready-when FILE] [--stops-after SECONDS]"
        + " [--latency MILLISECONDS] [--capacity REQUESTS] [--log FILE]";

    /// <summary>The options, or null when the arguments are not what <see cref="Usage"/> says.</summary>
    public static SampleOptions? Parse(string[] args)
    {
        var given = new Dictionary<string, string>();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !given.TryAdd(args[i], args[i + 1])) return null;
        }

        var fault = SampleFault.None;
        if (given.Remove("--fault", out var word) && !Enum.TryParse(word, ignoreCase: true, out fault)) return null;
        if (!given.Remove("--version", out var version) || Number(given, "--port", 0) is not { } port) return null;
        if (Number(given, "--after", fault == SampleFault.Crash ? 50 : 400) is not { } after) return null;
        if (Share(given, "--rate", 0.3) is not { } rate) return null;
        if (Number(given, "--stops-after", 0) is not { } stopsAfter) return null;
        if (Number(given, "--latency", 0) is not { } latency) return null;
        if (Number(given, "--capacity", int.MaxValue) is not { } capacity) return null;
        given.Remove("--log", out var log);
        given.Remove("--when", out var when);
        given.Remove("--ready-when", out var ready);
        return given.Count == 0
            ? new(version, port, fault, rate, after, log, when, ready, stopsAfter, latency, capacity)
            : null;
    }

    private static int? Number(Dictionary<string, string> given, string name, int otherwise) =>
        !given.Remove(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : null;

    private static double? Share(Dictionary<string, string> given, string name, double otherwise) =>
        !given.Remove(name, out var text) ? otherwise
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
            && share is >= 0 and <= 1 ? share
        : null;
}
