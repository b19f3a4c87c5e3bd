using System.Diagnostics;
using System.Globalization;
using OrleansRelease.Core.Json;
using OrleansRelease.Files;

namespace OrleansRelease.Host.Demo;

/// <summary>A process on record: its number alone could be somebody else's by now, its start tells.</summary>
internal sealed record ChildRecord(string Name, int Pid, DateTimeOffset StartedAt)
{
    private const string Suffix = ".json";

    private static readonly TimeSpan Imprecision = TimeSpan.FromSeconds(1);

    public static ChildRecord Of(Process process, string name) => new(name, process.Id, StartOf(process));

    public static IReadOnlyList<ChildRecord> ReadAll(DemoFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Children, "*" + Suffix)
            .Select(File.ReadAllText).Select(Vocabulary.Read<ChildRecord>)];

    public void Write(DemoFolder folder) => AtomicFile.Write(
        Path.Combine(folder.Children, string.Create(CultureInfo.InvariantCulture, $"{Name}-{Pid}{Suffix}")),
        Vocabulary.Write(this));

    /// <summary>The process while it runs; null when it has ended, whoever has its number now.</summary>
    public Process? Find()
    {
        try
        {
            var process = Process.GetProcessById(Pid);
            if (!process.HasExited && (StartOf(process) - StartedAt).Duration() < Imprecision) return process;
            process.Dispose();
            return null;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static DateTimeOffset StartOf(Process process) => new(process.StartTime.ToUniversalTime(), TimeSpan.Zero);
}
