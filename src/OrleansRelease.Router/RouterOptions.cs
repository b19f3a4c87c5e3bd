using Microsoft.Extensions.Configuration;
using OrleansRelease.Core.Units;
using OrleansRelease.Files;

namespace OrleansRelease.Router;

/// <summary>How a router process runs. Both listeners are on loopback, at free ports, unless told otherwise.</summary>
public sealed record RouterOptions
{
    private static readonly TimeSpan MaxStreamIdle = TimeSpan.FromDays(1);

    /// <summary>Holds the stored slots, the token, the lock and where the router listens.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Where users' requests come in.</summary>
    public IReadOnlyList<string> Urls { get; init; } = ["http://127.0.0.1:0"];

    /// <summary>Where weights are set and counts are read.</summary>
    public IReadOnlyList<string> AdminUrls { get; init; } = ["http://127.0.0.1:0"];

    /// <summary>Holds the admin token, nothing else; created at the first start, readable by its owner only.</summary>
    public string? TokenFile { get; init; }

    /// <summary>
    /// What a stream of events may be silent for, once it has begun, before the router ends it. That is not held
    /// against its version: it may have had nothing to say.
    /// </summary>
    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Appends what happens, for checkers that do not trust the router's own answers.</summary>
    public string? LogFile { get; init; }

    public RouterFault Fault { get; init; }

    internal string TokenPath => TokenFile ?? Path.Combine(DataFolder, AdminTokenFile.Name);

    /// <summary>
    /// Reads <c>--data DIR [--urls U;U] [--admin-urls U;U] [--token-file F] [--stream-idle-timeout D]
    /// [--log F] [--fault F]</c>; null with an
    /// error text when an argument is missing or not known.
    /// </summary>
    public static RouterOptions? Parse(string[] arguments, out string? error)
    {
        string[] known = ["data", "urls", "admin-urls", "token-file", "stream-idle-timeout", "log", "fault"];
        error = arguments.Where((_, index) => index % 2 == 0)
            .Where(argument => !argument.StartsWith("--", StringComparison.Ordinal) || !known.Contains(argument[2..]))
            .Select(argument => $"{argument} is not known; known are --{string.Join(" --", known)}, each with a value")
            .FirstOrDefault();
        if (error is not null) return null;
        var read = new ConfigurationBuilder().AddCommandLine(arguments).Build();
        var fault = RouterFault.None;
        if (read["fault"] is { } text && !IsFault(text, out fault))
            error = $"--fault {text} is not known; known are lies, late and forgets";
        var idle = Duration.Parse(read["stream-idle-timeout"]);
        if (read["stream-idle-timeout"] is { } said && !(idle > TimeSpan.Zero && idle <= MaxStreamIdle))
            error = $"--stream-idle-timeout {said} is not {Duration.Shape}, at most {Duration.Format(MaxStreamIdle)}";
        if (string.IsNullOrEmpty(read["data"])) error = "--data DIR is required: the folder that holds what is stored";
        if (error is not null) return null;
        var options = new RouterOptions
        {
            DataFolder = read["data"]!,
            TokenFile = read["token-file"],
            LogFile = read["log"],
            Fault = fault,
        };
        return options with
        {
            Urls = Split(read["urls"]) ?? options.Urls,
            AdminUrls = Split(read["admin-urls"]) ?? options.AdminUrls,
            StreamIdleTimeout = idle ?? options.StreamIdleTimeout,
        };
    }

    // By name only: the numbers behind the names mean nothing to who types them.
    private static bool IsFault(string text, out RouterFault fault) =>
        Enum.TryParse(text, ignoreCase: true, out fault) && !text.Any(char.IsAsciiDigit);

    private static string[]? Split(string? text) => text?.Split(';', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// A drill: the router misbehaves on purpose, to show that nothing advances on its word. Never on by default.
/// </summary>
public enum RouterFault
{
    None,

    /// <summary>Acknowledges a change, reports it as set, and goes on as before.</summary>
    Lies,

    /// <summary>Acknowledges a change, reports it as set, and makes it ten seconds later.</summary>
    Late,

    /// <summary>Starts without what it had stored.</summary>
    Forgets,
}
