namespace OrleansRelease.Cli;

/// <summary>What the program finds around it: streams, variables, the folder it was started in, the time.</summary>
internal sealed record Surroundings(
    TextReader In, TextWriter Out, TextWriter Error, Func<string, string?> Variable, string Folder, TimeProvider Time,
    int Width, bool IsInteractive)
{
    /// <summary>How wide text is where nobody says.</summary>
    public const int DefaultWidth = 112;

    private const int LeastWidth = 60;

    public static Surroundings OfProcess() => new(
        Console.In, Console.Out, Console.Error, Environment.GetEnvironmentVariable, Environment.CurrentDirectory,
        TimeProvider.System, WidthOfConsole(), !Console.IsOutputRedirected);

    private static int WidthOfConsole()
    {
        if (Console.IsOutputRedirected) return DefaultWidth;
        try
        {
            return Math.Max(Console.WindowWidth - 1, LeastWidth);
        }
        catch (IOException)
        {
            // Some terminals do not tell.
            return DefaultWidth;
        }
    }
}
