namespace OrleansRelease.Host.Demo;

/// <summary>How this very program is started again with other arguments.</summary>
internal static class OwnProgram
{
    public static IReadOnlyList<string> Command { get; } = Find();

    // "dotnet run" starts the executable beside the assembly; others start "dotnet ….dll".
    private static List<string> Find()
    {
        var process = Environment.ProcessPath
            ?? throw new InvalidOperationException("the path of this program is not known");
        return Path.GetFileNameWithoutExtension(process) == "dotnet"
            ? [process, Path.Combine(AppContext.BaseDirectory, "OrleansRelease.Host.dll")]
            : [process];
    }
}
