using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Scripts;

/// <summary>
/// The way back of a release in one environment as a script for a person, when this system is gone. It needs nothing of
/// it: first every slot is closed to what the release may still send, then each service is taken back in the reverse of
/// the order of the release. The fences that it uses are the last that the release's leases can have
/// (<see cref="FenceQuestions.FirstByHand"/>): what was moved under them is overtaken, and whoever comes after them is
/// not.
/// </summary>
public static class WayBackScript
{
    /// <param name="release">What is taken back.</param>
    /// <param name="environment">Where.</param>
    /// <param name="at">When this was so.</param>
    /// <param name="parts">In the reverse of the order of the release.</param>
    /// <param name="functions">What their commands call, of each adapter once.</param>
    public static string Of(
        ReleaseName release, EnvironmentName environment, DateTimeOffset at, ImmutableArray<ScriptPart> parts,
        IEnumerable<string> functions)
    {
        ArgumentNullException.ThrowIfNull(functions);
        var script = new StringBuilder();
        script.Append(Head(release, environment, at, parts)).Append(ScriptFunctions.Text);
        foreach (var text in functions) script.Append('\n').Append(text);
        script.Append('\n');
        for (var i = 0; i < parts.Length; i++) script.Append(Definition(i + 1, parts[i]));
        // Nothing is done before each place is there, and held where it can be.
        for (var i = 1; i <= parts.Length; i++) script.Append(CultureInfo.InvariantCulture, $"part_{i}\n");
        for (var i = 0; i < parts.Length; i++)
        {
            script.Append(Step(i + 1, 0, parts[i], "nothing that the release still sends changes anything here"));
            foreach (var command in parts[i].Close) script.Append(command).Append('\n');
        }

        for (var i = 0; i < parts.Length; i++)
        {
            for (var step = 0; step < parts[i].Steps.Length; step++)
            {
                script.Append(Step(i + 1, step + 1, parts[i], parts[i].Steps[step].What))
                    .Append(parts[i].Steps[step].Command).Append('\n');
            }
        }

        return script.Append('\n').Append(Shell.Command("finish", $"{release}", $"{environment}")).Append('\n')
            .ToString();
    }

    private static string Head(
        ReleaseName release, EnvironmentName environment, DateTimeOffset at, ImmutableArray<ScriptPart> parts)
    {
        var time = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var order = string.Join(", ", parts.Select(part => part.Slot.Service));
        var leased = parts.Any(part => part.IsLeased)
            ? ""
            : "# The release had not begun there when this was made: get it once more when it has.\n";
        return $"""
            #!/bin/sh
            # Takes {release} back in {environment}, when the system that has moved it is gone. As of {time}.
            # Order: {order}.
            {leased}#
            #   sh THIS               takes it back; stops at the first step that fails and says what to do
            #   sh THIS --dry-run     says of each step whether it is so already; changes nothing
            #   sh THIS --done STEP   goes on behind a step that you have done yourself
            #
            # It may be run as often as you like: what is so already is left as it is. While a server of the system
            # runs, do not use it: orel release abort does the same and sees more. While this runs, no server starts on
            # the same data folder. It holds no secret, only where they are. When the system is there again it finds
            # what was done here, and does none of it again.

            """.ReplaceLineEndings("\n");
    }

    private static string Definition(int number, ScriptPart part) => string.Create(
        CultureInfo.InvariantCulture,
        $"""

        part_{number}() {Open}
          {Shell.Command("part", [
              $"{part.Slot}", $"{part.To}", $"{part.From}", Text(part.Fence.Epoch), Text(part.Fence.Generation),
              part.IsLeased ? "leased" : "planned",
          ])}
          {string.Join("\n  ", part.At)}
        {Close}

        """).ReplaceLineEndings("\n");

    private static string Step(int part, int step, ScriptPart of, string what) => string.Create(
        CultureInfo.InvariantCulture,
        $"\npart_{part}\n{Shell.Command("step", $"{part}.{step}", $"{of.Slot.Service}: {what}")}\n");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private const string Open = "{";

    private const string Close = "}";
}
