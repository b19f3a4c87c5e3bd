using System.Text;
using OrleansRelease.Core.Monitors;

namespace OrleansRelease.Core.Tests.Monitors;

/// <summary>A monitor of a page, and answers of it.</summary>
internal static class Pages
{
    public static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static MonitorCheck Check(Expectation? expect = null, int nodes = 2, string? network = null) => new(
        "page", "https://shop.example.com/", CheckMethod.Get, null, null, null, null, TimeSpan.FromSeconds(5),
        expect ?? new([StatusRange.Class(2)], null, null, null), nodes, network);

    public static CheckAnswer.Answered Answer(
        int status = 200, int milliseconds = 120, string body = "", bool isCut = false, TimeSpan? certificate = null) =>
        new(
            status, TimeSpan.FromMilliseconds(milliseconds), Encoding.UTF8.GetBytes(body), isCut,
            certificate is { } left ? Now + left : null);
}
