//! What a reader can ask for. Keys, the mouse and the configuration all speak in these.

/// One thing the reader can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    LineDown,
    LineUp,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    Top,
    End,
    NextParagraph,
    PreviousParagraph,
    NextCaption,
    PreviousCaption,
    NextSidebar,
    PreviousSidebar,
    NextPane,
    PreviousPane,
    Body,
    Sidebars,
    Captions,
    Zoom,
    Skim,
    Outline,
    Choose,
    Duplicates,
    CaptionsShown,
    SidebarsShown,
    Boilerplate,
    Pictures,
    Raw,
    Find,
    NextMatch,
    PreviousMatch,
    Mark,
    GoToMark,
    Links,
    OpenLink,
    CopyParagraph,
    CopyArticle,
    Select,
    Correct,
    Undo,
    Highlight,
    Note,
    NextUnsure,
    PreviousUnsure,
    Wider,
    Narrower,
    Justify,
    Theme,
    Mouse,
    NextArticle,
    PreviousArticle,
    Articles,
    Library,
    Forget,
    VisitedBefore,
    VisitedAfter,
    Format,
    Help,
    Back,
    Escape,
    Suspend,
    Redraw,
    Quit,
}

impl Action {
    /// Whether a count repeats it whichever pane has the keys: what moves in the list of a pane does not.
    pub(super) fn is_counted_everywhere(self) -> bool {
        use Action::*;
        matches!(self, NextParagraph | PreviousParagraph | NextCaption | PreviousCaption)
            || matches!(self, NextSidebar | PreviousSidebar | NextMatch | PreviousMatch)
            || matches!(self, Wider | Narrower | NextArticle | PreviousArticle)
    }
}
