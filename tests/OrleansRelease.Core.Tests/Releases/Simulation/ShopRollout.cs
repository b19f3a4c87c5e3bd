using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// A rollout as a passage sees it: it moves by itself, stops when it is told, says what has happened and takes itself
/// back. What it really did stands in the shop's log, which knows nothing of plans.
/// </summary>
internal sealed class ShopRollout(Shop shop, RolloutId id, PassageId passage) : IShopRollout
{
    private bool _begun;
    private bool _deployed;
    private bool _exposed;
    private DateTimeOffset? _unknownUntil;
    private int _life;
    private int _stuck = -1;

    public RolloutId Id => id;

    public PassageId Passage => passage;

    private long Sequence { get; set; }

    private PartStage Stage { get; set; } = new PartStage.Untouched();

    public PartNews? News => Sequence == 0 ? null : new(id, Sequence, Stage);

    // Old news, where the bell was late.
    public PartNews? NewsAfter(long sequence) => News;

    private bool IsTouched => _deployed || _exposed;

    public Outcome Begin(EffectAction.BeginRollout begin)
    {
        // Told twice, or after it was told never to begin.
        if (Sequence == 0) Begin();
        return _begun ? new Outcome.Applied() : new Outcome.Refused("it never begins");
    }

    public Outcome Halt(EffectAction.HaltRollout halt)
    {
        Halt();
        return new Outcome.Applied();
    }

    public Outcome TakeBack(EffectAction.TakeBackRollout back)
    {
        TakeBack();
        return new Outcome.Applied();
    }

    public Outcome Reverse(EffectAction.ReverseRollout back)
    {
        if (Stage is PartStage.Stuck) GoBack("told again");
        if (Sequence > 0) return new Outcome.Applied();
        shop.Holds(this);
        (_begun, _deployed, _exposed) = (true, true, true);
        GoBack("it is taken back");
        return new Outcome.Applied();
    }

    public Outcome Leave(EffectAction.LeaveRollout leave)
    {
        _life++;
        Say(new PartStage.Left("left as it is"));
        return new Outcome.Applied();
    }

    public Outcome Complete(EffectAction.CompleteRollout completed)
    {
        // Somebody may have taken the slot over, and nobody had heard of it.
        if (Stage is not (PartStage.Verified or PartStage.Left))
            shop.Blame(5, $"{id} is said to have completed in {Stage}");
        return new Outcome.Applied();
    }

    public void Retry()
    {
        if (Stage is PartStage.Stuck) TakeBack();
    }

    private void Begin()
    {
        shop.Holds(this);
        _begun = true;
        Say(new PartStage.Moving());
        shop.Log(this, Deed.Begun);
        var life = _life;
        After(shop.Dice.Seconds(1, 20), life, () =>
        {
            _deployed = true;
            shop.Log(this, Deed.Deployed);
        });
        After(shop.Dice.Seconds(20, 40), life, () =>
        {
            _exposed = true;
            shop.Log(this, Deed.Exposed);
        });
        var end = shop.Dice.Seconds(2, 120);
        if (shop.Dice.Chance(shop.FailureRate))
        {
            After(end, life, () =>
            {
                shop.Tally.Add(Met.Failure);
                GoBack("errors failed");
            });
            return;
        }

        After(TimeSpan.FromSeconds(40) + end, life, () =>
        {
            Say(new PartStage.Verified());
            shop.Log(this, Deed.Verified);
        });
    }

    private void Halt()
    {
        if (Stage is PartStage.Untouched)
        {
            Say(new PartStage.Halted(new Happened(false, false)));
            return;
        }

        if (Stage is not (PartStage.Moving or PartStage.Verified)) return;
        _life++;
        // What was under way when it was told to stop may have happened, and may still arrive.
        var inDoubt = Stage is PartStage.Moving && shop.Dice.Chance(0.3);
        if (inDoubt)
        {
            _unknownUntil = shop.Now + shop.Dice.Seconds(1, 60);
            (_deployed, _exposed) = (true, true);
            shop.Log(this, Deed.Exposed);
        }

        Say(new PartStage.Halted(new Happened(_deployed, _exposed, _unknownUntil)));
    }

    private void TakeBack()
    {
        switch (Stage)
        {
            case PartStage.Untouched or PartStage.Halted when !_begun:
                Say(new PartStage.Back("it had not begun"));
                break;
            // Its release may have given up waiting for the answer, and does not know what may still arrive.
            case PartStage.Halted when _unknownUntil > shop.Now:
                After(_unknownUntil.Value - shop.Now, _life, TakeBack);
                break;
            case PartStage.Moving or PartStage.Verified or PartStage.Halted or PartStage.Stuck:
                GoBack("its release goes back");
                break;
            default:
                break;
        }
    }

    /// <summary>Somebody has broken its lease and moved the slot.</summary>
    public void Overtake()
    {
        if (Stage is PartStage.Untouched or PartStage.Back) return;
        _life++;
        shop.Log(this, Deed.Overtaken);
        Say(new PartStage.Left("a higher fence was accepted"));
    }

    private void GoBack(string why)
    {
        _life++;
        shop.Log(this, Deed.GoingBack);
        Say(new PartStage.GoingBack(why));
        // Where there is nothing to take back there is nothing at which it could get stuck.
        if (_stuck < 0) _stuck = shop.Dice.Chance(shop.StuckRate) && IsTouched ? 1 : 0;
        After(shop.Dice.Seconds(1, 30), _life, () =>
        {
            if (_stuck-- > 0)
            {
                shop.Tally.Add(Met.Stuck);
                Say(new PartStage.Stuck("router is away"));
                // Whoever went back by itself is retried by its own people.
                if (shop.Dice.Chance(0.3)) After(shop.Dice.Seconds(5, 60), _life, () => GoBack("retried"));
                return;
            }

            (_deployed, _exposed) = (false, false);
            shop.Log(this, Deed.Back);
            Say(new PartStage.Back(why));
        });
    }

    private void After(TimeSpan time, int life, Action happens) => shop.Agenda.After(time, () =>
    {
        if (_life == life) happens();
    });

    private void Say(PartStage stage)
    {
        (Sequence, Stage) = (Sequence + 1, stage);
        shop.Ring(this);
    }
}
