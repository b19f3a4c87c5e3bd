using System.Reflection;

namespace OrleansRelease.Host.Demo;

/// <summary>How this very program is started again with other arguments.</summary>
internal static class OwnProgram
{
    public static IReadOnlyList<string> Command { get; } = Find();

    // "dotnet run" starts the executable beside the assembly; others start "dotnet ….dll". Load tests are a program of
    // their own, with this one beside them.
    private static List<string> Find()
    {
        var process = Environment.ProcessPath
            ?? throw new InvalidOperationException("the path of this program is not known");
        if (Path.GetFileNameWithoutExtension(process) == "dotnet")
            return [process, Path.Combine(AppContext.BaseDirectory, "OrleansRelease.Host.dll")];
        var isThis = Assembly.GetEntryAssembly() == typeof(OwnProgram).Assembly;
        return [isThis ? process : Path.Combine(AppContext.BaseDirectory, "OrleansRelease.Host")];
    }
}
