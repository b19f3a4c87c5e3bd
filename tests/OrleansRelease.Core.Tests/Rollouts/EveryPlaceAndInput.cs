using System.Reflection;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Durability;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Explaining;
using OrleansRelease.Core.Restoring;
using OrleansRelease.Core.Rollouts;

namespace OrleansRelease.Core.Tests.Rollouts;

/// <summary>
/// What becomes of every input in every place, as EveryPlaceAndInput.txt says: under each place, each answer with the
/// inputs that get it. A change of the rules changes that page, and is read there.
/// </summary>
public sealed class EveryPlaceAndInput
{
    private const int Width = 118;

    private static readonly Dictionary<string, string> Table = Read();

    public static TheoryData<string> Names => [.. Places.All.Select(place => place.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_answered_as_the_table_says(string place)
    {
        var said = Block(place);
        Assert.True(
            Table.TryGetValue(place, out var wanted) && wanted == said,
            $"the table says\n\n{wanted}\n\nand the rules\n\n{said}");
    }

    [Fact]
    public void The_table_has_no_other_places() =>
        Assert.Empty(Table.Keys.Except(Places.All.Select(place => place.Name)));

    [Fact]
    public void No_input_leads_to_a_place_that_is_not_in_the_table()
    {
        var known = Places.All.Select(place => Shape(place.Make().State)).ToHashSet();
        var reached = from place in Places.All
                      from input in Inputs.All
                      let result = Answer(place.Make(), input)
                      where result is StepResult<RolloutState>.Written
                      select Shape(((StepResult<RolloutState>.Written)result).Row.State!);
        Assert.Empty(reached.Distinct().Except(known));
    }

    [Fact]
    public void Every_kind_of_place_and_input_occurs()
    {
        var states = Places.All.Select(place => place.Make().State).ToList();
        Assert.Empty(Cases<Stage>().Except(states.Select(state => state.Stage.GetType())));
        Assert.Empty(Cases<Work>().Except(states.Select(state => state.Work?.GetType())));
        Assert.Empty(Enum.GetValues<Phase>().Except(states.Select(state => state.Phase)));

        var resting = Places.All.Single(place => place.Name == "resting").Make();
        var inputs = Inputs.All.Select(input => input.Make(resting)).ToList();
        var readings = inputs.OfType<RolloutInput.Answered>().SelectMany(answered => answered.Measurements);
        var outcomes = inputs.OfType<RolloutInput.OutcomeReported>().Select(reported => reported.Report.Outcome);
        Assert.Empty(Cases<RolloutInput>().Except(inputs.Select(input => input.GetType())));
        Assert.Empty(Cases<Outcome>().Except(outcomes.Select(outcome => outcome.GetType())));
        // Buckets are of histograms alone, which this rollout has none of; WhenLatenciesAreCompared has all of theirs.
        // So are those of monitors, in JudgingMonitors.
        Assert.Equal(
            [typeof(Reading.Buckets), typeof(Reading.Checked)],
            Cases<Reading>().Except(readings.Select(measured => measured.Reading.GetType())));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_explanation_names_the_commands_that_move_it_and_the_refused_ones(string place)
    {
        var rollout = Make(place);
        var explained = Explain.Of(rollout.Spec, rollout.Row, rollout.Now);
        var asked = Inputs.Commands().ToDictionary(it => it.Name, it => rollout.WhatIf(it.Input));

        var moving = asked.Where(it => it.Value is StepResult<RolloutState>.Written && !IsSame(rollout, it.Value))
            .Select(it => it.Key);
        var refused = asked.Where(it => it.Value is StepResult<RolloutState>.Refused)
            .Select(it => (it.Key, ((StepResult<RolloutState>.Refused)it.Value).Refusal.Code));
        Assert.Equal(
            moving.Order(),
            // A thaw is no command of the rollout's own.
            explained.Moves.Where(move => move is { By: MovedBy.You, What: not "thaw" }).Select(move => move.What)
                .Order());
        Assert.Equal(refused.Order(), explained.Refused.Select(it => (it.What, it.Code)).Order());
        Assert.NotEmpty(explained.Because);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Something_is_scheduled_unless_a_person_is_waited_for(string place)
    {
        var rollout = Make(place);
        var waits = rollout.State.Stage is Stage.Ended or Stage.Stuck or Stage.Held { Hold.Person: not null }
                // Its release says what follows.
                or Stage.Verified or Stage.Halted { Plan: null }
            || rollout.State.Restored is Restored.Differs;

        Assert.True(waits || rollout.Row.NextWake is not null, "nobody would ever look at it again");
    }

    private static RolloutScenario Make(string place) => Places.All.Single(it => it.Name == place).Make();

    private static string Block(string place)
    {
        var rollout = Make(place);
        var answers = Inputs.All.GroupBy(input => Worded(rollout, Answer(rollout, input)), input => input.Name);
        return string.Join('\n', answers.Select(answer => Wrapped($"{answer.Key}: {string.Join(", ", answer)}")));
    }

    private static string Wrapped(string text) => text.Split(' ').Aggregate("  ", (lines, word) =>
    {
        var column = lines.Length - lines.LastIndexOf('\n');
        return column + word.Length > Width ? $"{lines.TrimEnd()}\n      {word} " : $"{lines}{word} ";
    }).TrimEnd();

    private static StepResult<RolloutState> Answer(
        RolloutScenario rollout, (string Name, Func<RolloutScenario, RolloutInput> Make, TimeSpan Later) input) =>
        rollout.WhatIf(input.Make(rollout), input.Later);

    /// <summary>At most the command is remembered, so that it is not carried out when it comes again.</summary>
    private static bool IsSame(RolloutScenario rollout, StepResult<RolloutState> result) =>
        result is StepResult<RolloutState>.Unchanged
        || (result is StepResult<RolloutState>.Written { Row: var row }
            && ReferenceEquals(row.State, rollout.Row.State) && row.Outbox.SequenceEqual(rollout.Row.Outbox));

    private static string Worded(RolloutScenario rollout, StepResult<RolloutState> result) => result switch
    {
        _ when IsSame(rollout, result) => "nothing changes",
        StepResult<RolloutState>.Refused refused => $"refused, {refused.Refusal.Code}",
        StepResult<RolloutState>.Written written =>
            Where(rollout, written.Row.State!) is var to && to == Where(rollout, rollout.State)
                ? "it is noted"
                : $"-> {to}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Where(RolloutScenario rollout, RolloutState state) => state.Stage switch
    {
        Stage.Moving moving => $"{Wording.Of(rollout.Spec.Steps[moving.Step])} {Shape(state)}",
        Stage.Held held => $"{Wording.Of(rollout.Spec.Steps[held.Step])} {Shape(state)}",
        Stage.GoingBack back => $"{Shape(state)}, {Wording.Of(back.Plan.Steps[back.Done])}",
        Stage.Stuck stuck => $"{Shape(state)}, {Wording.Of(stuck.Plan.Steps[stuck.Done])}",
        _ => Shape(state),
    };

    private static string Shape(RolloutState state) => ShapeOf(state) + state.Restored switch
    {
        Restored.Unseen => ", restored",
        Restored.Differs => ", not as on record",
        _ => "",
    };

    private static string ShapeOf(RolloutState state) => state.Stage switch
    {
        Stage.Moving moving => moving.Work.GetType().Name,
        Stage.Held held => held.Work.GetType().Name
            + (held.Hold.Person is null ? "" : ", held by a person")
            + (held.Hold.Evidence is null ? "" : ", held without evidence")
            + (held.Hold.Findings is null ? "" : ", held by a finding"),
        Stage.GoingBack { Overdue: true } => "overdue back",
        Stage.GoingBack => "back",
        Stage.Stuck => "stuck",
        _ => state.Phase.ToString(),
    };

    private static IEnumerable<Type> Cases<T>() =>
        typeof(T).GetNestedTypes(BindingFlags.Public).Where(type => type.IsSubclassOf(typeof(T)));

    private static Dictionary<string, string> Read()
    {
        using var stream = typeof(EveryPlaceAndInput).Assembly.GetManifestResourceStream(
            typeof(EveryPlaceAndInput), "EveryPlaceAndInput.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(block => block.Trim('\n').Split('\n', 2))
            .ToDictionary(block => block[0], block => block[1]);
    }
}
